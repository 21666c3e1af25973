-- Who called whom, and how often? One row a pair of hosts, named by device where the source names it, otherwise by address.
SELECT coalesce(nullIf(device_hostname, ''), src_endpoint_ip) AS source, coalesce(nullIf(dst_endpoint_hostname, ''), dst_endpoint_ip) AS target, count() AS connections
FROM network_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND source IS NOT NULL AND target IS NOT NULL
GROUP BY source, target
ORDER BY connections DESC, source, target
LIMIT 200000
