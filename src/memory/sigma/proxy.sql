-- How often would this rule have matched: requests to these hosts, or by these user agents?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, coalesce(device_hostname, src_endpoint_ip, '') AS entity,
    has({names:Array(String)}, lower(ifNull(http_request_url_hostname, ''))) OR has({agents:Array(String)}, lower(ifNull(http_request_user_agent, ''))) AS is_match
  FROM http_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
