-- How often would this rule have matched: look-ups of these names and of names below them?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, coalesce(device_hostname, src_endpoint_ip, '') AS entity,
    arrayExists(name -> lower(ifNull(query_hostname, '')) = name OR endsWith(lower(ifNull(query_hostname, '')), concat('.', name)), {names:Array(String)}) AS is_match
  FROM dns_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
