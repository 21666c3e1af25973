-- How often would this rule have matched: services of these names that were installed?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, ifNull(device_hostname, '') AS entity, has({services:Array(String)}, lowerUTF8(ifNull(service_name, ''))) AS is_match
  FROM service_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
