-- Who asked for this name?
SELECT time, src_endpoint_ip, device_hostname, query_hostname, metadata_uid FROM dns_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND query_hostname = {name:String}
ORDER BY time, metadata_uid LIMIT 1000
