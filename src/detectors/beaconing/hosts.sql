-- What is seen of each host of the estate: does its name service pass by here, and does it talk to many peers as file sharing does?
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside
SELECT met.source AS source, met.outside_addresses AS outside_addresses, met.datagram_peers AS datagram_peers, asked.queries AS queries
FROM (
  SELECT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
    uniqExact(dst_endpoint_ip) AS outside_addresses,
    uniqExactIf(dst_endpoint_ip, connection_info_protocol_name = 'udp' AND dst_endpoint_port >= 1024) AS datagram_peers
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
    AND dst_endpoint_ip GLOBAL NOT IN (
      SELECT address FROM (SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS address FROM network_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL)
      WHERE is_inside(address))
  GROUP BY source
) AS met
GLOBAL LEFT JOIN (
  SELECT assumeNotNull(src_endpoint_ip) AS source, count() AS queries FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND src_endpoint_ip IS NOT NULL AND query_hostname IS NOT NULL
  GROUP BY source
) AS asked ON asked.source = met.source
WHERE is_inside(met.source) OR NOT is_address(met.source)
ORDER BY met.source
LIMIT 50000
