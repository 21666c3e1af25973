-- How often would this rule have matched: sign-ins from these addresses, by how many accounts?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, coalesce(user_name, user_email_addr, '') AS entity, has({sources:Array(String)}, ifNull(src_endpoint_ip, '')) AS is_match
  FROM authentication WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
