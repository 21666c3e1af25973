  -- How the values of a message are read.
  (text -> replaceRegexpOne(toString(toIPv6OrNull(replaceRegexpOne(text, '%.*$', ''))), '^::ffff:', '')) AS address,
  (text -> nullIf(lower(replaceRegexpOne(text, '^.*\\\\', '')), '')) AS account
