-- Which names and sensor ids belong to one device?
WITH sightings AS (
  SELECT device_hostname, device_uid, device_domain FROM device_inventory
  UNION ALL
  SELECT device_hostname, device_uid, NULL FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT device_hostname, device_uid, NULL FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT device_hostname, device_uid, NULL FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT device_hostname, device_uid, NULL FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
),
names AS (
  SELECT lower(assumeNotNull(device_hostname)) AS name, device_uid AS uid, lower(device_domain) AS domain, count() AS sighting_count
  FROM sightings
  WHERE device_hostname IS NOT NULL AND device_hostname != ''
  GROUP BY name, uid, domain
)
SELECT name AS device_hostname, uid AS device_uid, domain AS device_domain
FROM names
ORDER BY sighting_count DESC, name, uid, domain
LIMIT 100000
