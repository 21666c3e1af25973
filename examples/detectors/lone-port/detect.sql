-- Which host uses a port towards the outside that no other host uses? (Stack counting, a hunter's first tool: what is rare is looked at.)
SELECT
  min(src_endpoint_ip) AS source, min(dst_endpoint_ip) AS destination, dst_endpoint_port AS port, count() AS connections,
  toString(min(time)) AS first, toString(max(time)) AS last
FROM network_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND dst_endpoint_port IS NOT NULL AND src_endpoint_ip IS NOT NULL AND dst_endpoint_ip IS NOT NULL
  AND arrayExists(network -> isIPAddressInRange(assumeNotNull(src_endpoint_ip), network), {internal:Array(String)})
  AND NOT arrayExists(network -> isIPAddressInRange(assumeNotNull(dst_endpoint_ip), network), {internal:Array(String)})
GROUP BY port
HAVING uniqExact(src_endpoint_ip) = 1 AND connections >= {leastConnections:UInt32}
ORDER BY connections DESC, port
LIMIT 200
