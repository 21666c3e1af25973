  -- How the values of a flow are read; included in the WITH of the statements of this folder. A column that is absent is NULL.
  (name -> nullIf(trim(values[nullIf(indexOf(names, name), 0)]), '')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  -- Protocols by number, and those that Argus tells apart within UDP.
  (text -> transform(lower(text), ['1', '6', '17', '58', '132', 'ipv6-icmp', 'icmp6', 'rtp', 'rtcp', 'udt'], ['icmp', 'tcp', 'udp', 'icmp', 'sctp', 'icmp', 'icmp', 'udp', 'udp', 'udp'], lower(text))) AS protocol,
  -- Less than a whole date would be completed from today's. Flow records carry no zone and are taken as UTC.
  (text -> if(match(text, '^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ]'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment,
  (text -> if(toFloat64OrNull(text) >= 0 AND toFloat64OrNull(text) < 1e9, toFloat64OrNull(text), NULL)) AS seconds_of,
  -- A later moment. Bounded before it is added: a value that becomes NULL is computed all the same, and must not overflow.
  ((time, seconds) -> if(seconds >= 0 AND seconds < 1000000000, addMicroseconds(time, toInt64(round(least(greatest(ifNull(if(isFinite(seconds), seconds, 0), 0), 0), 1000000000) * 1000000))), NULL)) AS after
