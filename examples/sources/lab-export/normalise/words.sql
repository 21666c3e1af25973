  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
