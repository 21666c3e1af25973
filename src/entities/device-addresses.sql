-- Which device had which address, day by day?
-- From events that name both, and from the estate's own names as its DNS answered them. `origin` says how far to trust a row:
-- 0 the device says so itself, 1 an event names both ends, 2 a DNS answer. Only addresses inside the estate: outside, an address
-- belongs to a provider or to the common way out. The most often seen come first, so that a cut loses the least.
-- A DNS answer or an SNI mostly names the outside: whether an address is inside is asked of distinct addresses, not of rows.
WITH answered AS (
  SELECT ip FROM (
    SELECT DISTINCT arrayJoin(answers) AS ip FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  )
  WHERE arrayExists(network -> isIPAddressInRange(if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255'), network), {internal:Array(String)})
),
reached AS (
  SELECT ip FROM (
    SELECT DISTINCT assumeNotNull(dst_endpoint_ip) AS ip FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_hostname IS NOT NULL AND dst_endpoint_ip IS NOT NULL
  )
  WHERE arrayExists(network -> isIPAddressInRange(if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255'), network), {internal:Array(String)})
),
sightings AS (
  SELECT 0 AS origin, device_hostname AS hostname, device_ip AS ip, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 0, device_hostname, if(lower(connection_info_direction) = 'inbound', dst_endpoint_ip, if(lower(connection_info_direction) = 'outbound', src_endpoint_ip, NULL)), time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 0, device_hostname, device_ip, time FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 0, device_hostname, device_ip, time FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 0, device_hostname, device_ip, coalesce(last_seen_time, time) FROM device_inventory
  UNION ALL
  SELECT 0, device_hostname, device_ip, time FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT 1, coalesce(dst_endpoint_hostname, device_hostname), dst_endpoint_ip, time FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_ip GLOBAL IN (SELECT ip FROM reached)
  UNION ALL
  SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM rdp_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM rdp_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 2, query_hostname, answer, time FROM dns_activity ARRAY JOIN answers AS answer
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND answer GLOBAL IN (SELECT ip FROM answered)
),
-- Answers also hold names and other text: what is no address is given one that no network has.
named AS (
  SELECT origin, lower(assumeNotNull(hostname)) AS device, assumeNotNull(ip) AS address, toDate(time) AS day, time,
    if(isIPv4String(assumeNotNull(ip)) OR isIPv6String(assumeNotNull(ip)), assumeNotNull(ip), '255.255.255.255') AS safe_address
  FROM sightings
  WHERE hostname IS NOT NULL AND hostname != '' AND ip IS NOT NULL AND ip != ''
),
days AS (
  SELECT device, address, day, safe_address, min(origin) AS best_origin, min(time) AS first_time, max(time) AS last_time, count() AS sighting_count
  FROM named
  GROUP BY device, address, day, safe_address
)
SELECT device AS device_hostname, address AS device_ip, best_origin AS origin, toString(first_time) AS first_seen, toString(last_time) AS last_seen
FROM days
WHERE arrayExists(network -> isIPAddressInRange(safe_address, network), {internal:Array(String)})
ORDER BY sighting_count DESC, device, address, day
LIMIT 100000
