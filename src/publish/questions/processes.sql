-- When did these programs start on this device?
SELECT time, process_name, process_cmd_line, actor_user_name, metadata_uid FROM process_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND splitByChar('.', ifNull(device_hostname, ''))[1] = {device:String} AND lower(process_name) IN {programs:Array(String)}
ORDER BY time, metadata_uid LIMIT 1000
