  -- How values are written: addresses in one way, names in lower case.
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname,
  -- Less than a whole date would be completed from today's: '5' would be the fifth of this month.
  (text -> if(match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment,
  -- A later moment. Bounded before it is added: a value that becomes NULL is computed all the same, and must not overflow.
  ((time, milliseconds) -> if(milliseconds < 1000000000000, addMilliseconds(time, least(ifNull(milliseconds, 0), 1000000000000)), NULL)) AS after
