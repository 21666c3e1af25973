-- How much of a measure did one entity and each of its peers have in a span of time, and the entity in the same span of earlier days?
-- A span is moved back by whole steps, so that a night is compared with nights (a baseline hunt in the sense of PEAK).
WITH
  toDateTime64({from:String}, 6, 'UTC') AS span_from,
  toDateTime64({to:String}, 6, 'UTC') AS span_to,
  toInt64({stepSeconds:UInt32}) * 1000000 AS step,
  lower({entity:String}) AS named,
  -- Sensors write a device with its domain or without.
  (host -> if(isIPv4String(host), host, splitByChar('.', lower(host))[1])) AS short,
  events AS (
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', short(coalesce(device_hostname, src_endpoint_hostname)), lower(actor_user_name)) AS entity,
      toFloat64(traffic_bytes_out) AS amount, coalesce(dst_endpoint_hostname, tls_sni, dst_endpoint_ip) AS thing
    FROM network_activity WHERE {table:String} = 'network_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', short(device_hostname), lower(actor_user_name)), 1, query_hostname
    FROM dns_activity WHERE {table:String} = 'dns_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', short(device_hostname), if(lower(user_name) = named, named, lower(coalesce(user_email_addr, user_name)))), 1,
      if({measure:String} = 'distinct_sources', src_endpoint_ip, coalesce(device_hostname, dst_endpoint_hostname, service_name))
    FROM authentication WHERE {table:String} = 'authentication' AND ({measure:String} != 'sign_in_failures' OR status = 'Failure')
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', device_ip, {kind:String} = 'host', short(device_hostname), lower(actor_user_name)), 1, process_name
    FROM process_activity WHERE {table:String} = 'process_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', short(device_hostname), lower(actor_user_name)), toFloat64(file_size), coalesce(file_path, file_name)
    FROM file_activity WHERE {table:String} = 'file_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', NULL, lower(email_from)), toFloat64(length(email_to)), email_to[1]
    FROM email_activity WHERE {table:String} = 'email_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', NULL, lower(user_email_addr)), 1, url_hostname
    FROM email_url_activity WHERE {table:String} = 'email_url_activity'
    UNION ALL
    SELECT time, multiIf({kind:String} = 'address', src_endpoint_ip, {kind:String} = 'host', NULL, lower(actor_user_name)), 1, resource_name
    FROM api_activity WHERE {table:String} = 'api_activity'
  ),
  -- Slot 0 is the span itself, slot k the span k steps earlier.
  placed AS (
    SELECT if(time >= span_from, 0, intDiv(dateDiff('microsecond', time, span_from) + step - 1, step)) AS slot,
      -- Others are told apart only where they are compared with.
      if(slot = 0 OR entity = named, entity, '') AS whose, amount, thing
    FROM events
    WHERE time >= toDateTime64({history:String}, 6, 'UTC') AND time < span_to
      AND addMicroseconds(time, slot * step) < span_to
  ),
  measured AS (
    SELECT slot, whose, count() AS events, multiIf({how:String} = 'sum', sum(amount), {how:String} = 'distinct', toFloat64(uniqExact(thing)), toFloat64(count())) AS amounts
    FROM placed GROUP BY slot, whose
  ),
  compared AS (
    SELECT slot, whose, events, amounts,
      whose NOT IN ('', named) AND ({kind:String} != 'address'
        OR arrayExists(range -> isIPAddressInRange(if(isIPv4String(whose) OR isIPv6String(whose), whose, '0.0.0.0'), range), {internal:Array(String)})) AS is_peer
    FROM measured WHERE whose IS NOT NULL
  )
SELECT slot, toUInt8(countIf(whose = named) > 0) AS seen, sumIf(amounts, whose = named) AS value, sum(compared.events) AS events_of_all,
  -- Sorted, and at most so many: a middle and a spread are made of them.
  groupArraySortedIf(20000)(ifNull(amounts, 0), is_peer AND slot = 0 AND amounts IS NOT NULL) AS peers
FROM compared
GROUP BY slot
ORDER BY slot
LIMIT 100
