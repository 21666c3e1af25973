-- How often would this rule have matched: connections to addresses outside, at a port where one is named? Trying a rule on history before it alerts is Sigma's own advice.
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, coalesce(device_hostname, src_endpoint_hostname, src_endpoint_ip, '') AS entity,
    has({addresses:Array(String)}, ifNull(dst_endpoint_ip, '')) AND (empty({ports:Array(UInt16)}) OR has({ports:Array(UInt16)}, ifNull(dst_endpoint_port, 0))) AS is_match
  FROM network_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
