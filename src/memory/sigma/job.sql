-- How often would this rule have matched: scheduled tasks of these names?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, ifNull(device_hostname, '') AS entity, has({jobs:Array(String)}, lowerUTF8(ifNull(job_name, ''))) AS is_match
  FROM scheduled_job_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
