  -- How the values of an event are read; included in the WITH of the statements of this folder.
  (text -> nullIf(trimBoth(text), '')) AS filled,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS host_name,
  (text -> nullIf(transform(ifNull(lower(text), ''), ['001', '006', '017', '058', 'ipv6-icmp', 'icmpv6', '132'], ['icmp', 'tcp', 'udp', 'icmp', 'icmp', 'icmp', 'sctp'], ifNull(lower(text), '')), '')) AS protocol,
  -- Less than a whole date would be completed from today's.
  (text -> if(match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment
