  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  -- A failed sign-in with an unknown name hides it: people mistype passwords there.
  (text -> nullIf(nullIf(text, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS')) AS named,
  -- 'i-0abc' of an assumed role, 'root' of the account itself.
  (arn -> nullIf(replaceRegexpOne(arn, '^.*[/:]', ''), '')) AS last_part,
  -- Less than a whole date would be completed from today's.
  (text -> if(match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment
