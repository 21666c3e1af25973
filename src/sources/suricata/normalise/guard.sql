WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND isNotNull(toIPv6OrNull(event.src_ip)) AND isNotNull(toIPv6OrNull(event.dest_ip))
