-- How many calls of a host to one address and port does each hour report, where a sensor tells numbers instead of moments?
-- (Aggregated reports of a sensor, or queries that count by the hour.) A clock makes about the same number every hour; chance and people do not.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  reported AS (
    SELECT DISTINCT cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip, ifNull(dst_endpoint_port, 0), metadata_product_name) AS pair
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND count > 1 AND dst_endpoint_ip IS NOT NULL
      AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen') AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
  ),
  hours AS (
    SELECT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source, assumeNotNull(dst_endpoint_ip) AS destination, ifNull(dst_endpoint_port, 0) AS port,
      metadata_product_name AS product, toUnixTimestamp(toStartOfHour(time)) AS hour_start, sum(ifNull(count, 1)) AS calls, min(time) AS first_time, max(time) AS last_time,
      countIf(activity_name = 'Refuse') AS refused, max(ifNull(connection_info_protocol_name, '')) AS protocol_name, groupUniqArray(coalesce(tls_sni, dst_endpoint_hostname)) AS names,
      groupUniqArray(device_hostname) AS devices, groupUniqArray(actor_user_name) AS users, groupUniqArray(actor_process_name) AS processes
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
      AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen') AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      AND NOT has({localPorts:Array(UInt16)}, ifNull(dst_endpoint_port, 0)) AND ifNull(dst_endpoint_port, 0) != 53
      AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip, ifNull(dst_endpoint_port, 0), metadata_product_name) GLOBAL IN (SELECT pair FROM reported)
    GROUP BY source, destination, port, product, hour_start
  ),
  -- The sensor that tells of most hours; numbers of two sensors are never added.
  sensors AS (
    SELECT source, destination, port, product, arraySort(groupArray((hour_start, calls))) AS by_hour, min(first_time) AS begun, max(last_time) AS ended, sum(refused) AS refusals, sum(calls) AS all_calls,
      max(protocol_name) AS some_protocol, arraySlice(arraySort(groupUniqArrayArray(names)), 1, 5) AS all_names, arraySlice(arraySort(groupUniqArrayArray(devices)), 1, 5) AS all_devices,
      arraySlice(arraySort(groupUniqArrayArray(users)), 1, 5) AS all_users, arraySlice(arraySort(groupUniqArrayArray(processes)), 1, 5) AS all_processes
    FROM hours GROUP BY source, destination, port, product
  )
SELECT source, is_address(source) AS source_is_address, destination, is_inside(destination) AS destination_is_inside, port, some_protocol AS protocol, all_calls AS connections,
  toString(begun) AS first_time, toString(ended) AS last_time, arraySlice(by_hour, 1, 400) AS counts, refusals AS unanswered, all_names AS names, all_devices AS devices, all_users AS users, all_processes AS processes
FROM sensors
WHERE length(by_hour) >= 8 AND all_calls >= {countThreshold:UInt32} AND (is_inside(source) OR NOT is_address(source))
  AND NOT (is_inside(destination) AND has({internalServicePorts:Array(UInt16)}, port))
  AND NOT arrayExists(network -> isIPAddressInRange(if(is_address(destination), destination, '255.255.255.255'), network), ['224.0.0.0/3', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', 'ff00::/8', 'fe80::/10', '::/127'])
ORDER BY length(by_hour) DESC, all_calls DESC, source, destination, port, product
LIMIT 1 BY source, destination, port
LIMIT 2000
