  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  -- Less than a whole date would be completed from today's.
  (text -> if(match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment
