-- Which connections did this address open to that one?
SELECT time, device_hostname, dst_endpoint_hostname, actor_process_name, metadata_uid FROM network_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND src_endpoint_ip = {source:String} AND dst_endpoint_ip = {destination:String} AND dst_endpoint_port = {port:UInt16}
ORDER BY time, metadata_uid LIMIT 1000
