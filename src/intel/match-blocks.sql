-- Which events of the window hold an external address inside an active indicator's address block?
WITH
  active AS (
    SELECT indicator_uid, value FROM (
      SELECT indicator_uid, type, value, is_active FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
    ) WHERE is_active AND type = 'cidr' ORDER BY indicator_uid LIMIT 5000
  ),
  addresses AS (
    SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS ip FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
  ),
  inside AS (
    SELECT ip, indicator_uid FROM addresses CROSS JOIN active
    WHERE isIPAddressInRange(if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255'), value)
  )
SELECT indicator_uid, 'network_activity' AS table_name, metadata_uid AS event_uid, time, 'dst_endpoint_ip' AS matched_column, inside.ip AS matched_value,
  src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port, actor_user_name AS user_name, traffic_bytes_in > 0 AS is_answered
FROM network_activity
GLOBAL INNER JOIN inside ON inside.ip = network_activity.dst_endpoint_ip
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
ORDER BY time, event_uid, indicator_uid
LIMIT 1000000
