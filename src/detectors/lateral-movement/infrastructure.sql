-- Which hosts answer for the whole estate: names, tickets, the directory? Everybody's traffic to them is no movement.
WITH
  answers AS (
    SELECT dst_endpoint_ip AS ip, CAST(NULL, 'Nullable(String)') AS hostname, src_endpoint_ip AS client FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(dst_endpoint_ip) AND dst_endpoint_port IN (53, 88, 389, 464, 636, 3268) AND ifNull(traffic_bytes_in, 1) > 0
    UNION ALL
    SELECT dst_endpoint_ip, NULL, src_endpoint_ip FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(dst_endpoint_ip) AND activity_name IN ('Authentication Ticket', 'Service Ticket Request')
    UNION ALL
    SELECT NULL, lower(device_hostname), src_endpoint_ip FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND activity_name IN ('Authentication Ticket', 'Service Ticket Request', 'Preauth')
  )
SELECT ip, hostname, uniqExact(client) AS clients
FROM answers
WHERE isNull(ip) OR arrayExists(network -> isIPAddressInRange(ifNull(ip, '255.255.255.255'), network), {internal:Array(String)})
GROUP BY ip, hostname
ORDER BY clients DESC, ip, hostname
LIMIT 2000
