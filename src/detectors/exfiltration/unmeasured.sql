-- Which hosts called a named address outside that hardly any other host calls, in records that have no byte counts? (Endpoint sensors tell of
-- connections, not of sizes: whether anything was uploaded is not evaluable. The place and the program may still say enough to look.)
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  calls AS (
    SELECT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source, assumeNotNull(dst_endpoint_ip) AS destination, time, lower(coalesce(tls_sni, dst_endpoint_hostname, '')) AS name,
      ifNull(dst_endpoint_port, 0) AS port, traffic_bytes_out, actor_process_name, device_hostname, actor_user_name
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
      AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL AND ifNull(activity_name, '') NOT IN ('Listen', 'Refuse', 'Close') AND ifNull(connection_info_direction, 'Outbound') != 'Inbound'
  ),
  -- Names may be told by one sensor, or by the resolver, and bytes by another.
  rare AS (
    SELECT destination, uniqExact(source) AS hosts FROM calls GROUP BY destination
    HAVING hosts <= 3 AND countIf(traffic_bytes_out IS NOT NULL) = 0 AND NOT is_inside(destination)
  )
SELECT calls.source AS source, calls.destination AS destination, toString(min(calls.time)) AS first_time, toString(max(calls.time)) AS last_time, count() AS connections,
  arraySlice(arraySort(groupUniqArrayIf(calls.name, calls.name != '' AND NOT is_address(calls.name))), 1, 5) AS names, arraySlice(arraySort(groupUniqArray(calls.port)), 1, 5) AS ports,
  arraySlice(arraySort(groupUniqArrayIf(assumeNotNull(calls.actor_process_name), calls.actor_process_name IS NOT NULL)), 1, 5) AS processes, arraySlice(arraySort(groupUniqArrayIf(assumeNotNull(calls.device_hostname), calls.device_hostname IS NOT NULL)), 1, 3) AS devices,
  arraySlice(arraySort(groupUniqArrayIf(assumeNotNull(calls.actor_user_name), calls.actor_user_name IS NOT NULL)), 1, 3) AS users, uniqExact(toDate(calls.time)) AS days, max(rare.hosts) AS hosts
FROM calls GLOBAL INNER JOIN rare ON rare.destination = calls.destination
GROUP BY source, destination
HAVING notEmpty(names) AND NOT (is_address(source) AND NOT is_inside(source))
ORDER BY hosts, connections DESC, source, destination
LIMIT 5000
