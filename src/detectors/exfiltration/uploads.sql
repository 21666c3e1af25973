-- Which hosts of the estate sent much to one address outside (or little, but in a way that nothing usual has), how spread over time, and by which ports?
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  candidates AS (
    SELECT pair FROM (
      SELECT
        cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip) AS pair,
        min(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
        min(dst_endpoint_ip) AS destination,
        sum(traffic_bytes_out) AS sent,
        -- Nothing recognised on a port that no common service has, and more goes out than comes in.
        sumIf(traffic_bytes_out, is_odd) AS sent_oddly,
        sumIf(traffic_bytes_in, is_odd) AS received_oddly
      FROM (
        SELECT *, ifNull(connection_info_protocol_name, '') = 'tcp' AND app_name IS NULL
          AND NOT has({usualPorts:Array(UInt16)}, ifNull(dst_endpoint_port, 0)) AS is_odd
        FROM network_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
          AND traffic_bytes_out > 0 AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      )
      GROUP BY pair
      HAVING sent >= {byteThreshold:UInt64} OR (sent_oddly >= {smallByteThreshold:UInt64} AND sent_oddly > received_oddly)
    )
    WHERE NOT is_inside(assumeNotNull(destination)) AND (is_inside(assumeNotNull(source)) OR NOT is_address(assumeNotNull(source)))
      AND NOT arrayExists(network -> isIPAddressInRange(assumeNotNull(destination), network),
        ['224.0.0.0/3', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', 'ff00::/8', 'fe80::/10', '::/127'])
  )
SELECT
  source,
  is_address(source) AS source_is_address,
  destination,
  toString(min(time)) AS first_time,
  toString(max(time)) AS last_time,
  count() AS connections,
  sum(traffic_bytes_out) AS bytes_out,
  sum(traffic_bytes_in) AS bytes_in,
  arraySlice(arraySort(entry -> (-entry.2, entry.1), arrayZip((sumMap([(ifNull(connection_info_protocol_name, ''), ifNull(dst_endpoint_port, 0))], [ifNull(traffic_bytes_out, 0)]) AS by_port).1, by_port.2)), 1, 5) AS ports,
  arraySort(groupUniqArray(connection_info_protocol_name)) AS protocols,
  arraySlice(arraySort(groupUniqArray(app_name)), 1, 5) AS applications,
  -- Days with what was sent on each, oldest first.
  arrayZip((sumMap([toDate(time)], [ifNull(traffic_bytes_out, 0)]) AS by_day).1, by_day.2) AS days,
  -- Connections that sent anything, those that sent at least five times what they received, and the sizes of what was sent.
  countIf(traffic_bytes_out > 0) AS sending,
  countIf(traffic_bytes_out > 0 AND traffic_bytes_out >= 5 * ifNull(traffic_bytes_in, 0)) AS one_way,
  quantilesExactInclusive(0.25, 0.5, 0.9)(traffic_bytes_out) AS sizes,
  arraySlice(arraySort(groupUniqArray(device_hostname)), 1, 3) AS devices,
  arraySlice(arraySort(groupUniqArray(actor_user_name)), 1, 3) AS users,
  arraySlice(arraySort(groupUniqArray(actor_process_name)), 1, 5) AS processes
FROM (
  SELECT *, assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source, assumeNotNull(dst_endpoint_ip) AS destination
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND traffic_bytes_out IS NOT NULL AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
    AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip) GLOBAL IN (SELECT pair FROM candidates)
)
GROUP BY source, destination
ORDER BY bytes_out DESC, source, destination
LIMIT 2000
