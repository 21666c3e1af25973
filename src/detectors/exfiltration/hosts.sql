-- How much does each host send outside on each day, and how much at most to one place? Its own days are what a large day is measured by.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside
SELECT
  source,
  arrayZip((sumMap(pair_days.1, pair_days.2) AS by_day).1, by_day.2) AS days,
  max(pair_bytes) AS most_to_one,
  max(lookups) AS queries
FROM (
  SELECT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source, assumeNotNull(dst_endpoint_ip) AS destination,
    sumMap([toDate(time)], [ifNull(traffic_bytes_out, 0)]) AS pair_days, sum(ifNull(traffic_bytes_out, 0)) AS pair_bytes, toUInt64(0) AS lookups
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
    AND dst_endpoint_ip GLOBAL NOT IN (
      SELECT address FROM (SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS address FROM network_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL)
      WHERE is_inside(address))
  GROUP BY source, destination
  UNION ALL
  SELECT assumeNotNull(src_endpoint_ip) AS source, '' AS destination, sumMap([toDate(time)], [toUInt64(0)]) AS pair_days, toUInt64(0) AS pair_bytes,
    count() AS lookups
  FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND src_endpoint_ip IS NOT NULL AND query_hostname IS NOT NULL
  GROUP BY source
)
GROUP BY source
HAVING is_inside(source) OR NOT is_address(source)
ORDER BY most_to_one DESC, source
LIMIT 50000
