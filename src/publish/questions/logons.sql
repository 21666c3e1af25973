-- When did this account log on to hosts from this address, or fail to?
SELECT time, dst_endpoint_hostname, device_hostname, status, logon_type, metadata_uid FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND lower(user_name) = {account:String} AND src_endpoint_ip = {source:String}
ORDER BY time, metadata_uid LIMIT 1000
