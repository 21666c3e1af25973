-- Which addresses outside the estate were met in the window, and are not yet known by owner?
SELECT ip FROM (
  SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS ip FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
  UNION DISTINCT
  SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS ip FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
  UNION DISTINCT
  SELECT DISTINCT assumeNotNull(src_endpoint_ip) AS ip FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
  UNION DISTINCT
  SELECT DISTINCT assumeNotNull(src_endpoint_ip) AS ip FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
)
WHERE NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255'), network), {internal:Array(String)})
  AND ip GLOBAL NOT IN (SELECT ip FROM network_owner)
ORDER BY ip
LIMIT 1000000
