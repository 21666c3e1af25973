-- The events behind one finding, oldest first.
SELECT metadata_uid, time FROM (
SELECT metadata_uid, time FROM network_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'network_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM dns_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'dns_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM http_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'http_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM smb_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'smb_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM rdp_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'rdp_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM ssh_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'ssh_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM rpc_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'rpc_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM authentication
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'authentication' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM process_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'process_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM script_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'script_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM scheduled_job_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'scheduled_job_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM service_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'service_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM registry_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'registry_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM file_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'file_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM email_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'email_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM email_url_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'email_url_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM api_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'api_activity' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM detection_finding
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'detection_finding' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM device_inventory
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'device_inventory' AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM user_inventory
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND {table:String} = 'user_inventory' AND has(splitByChar('\n', {events:String}), metadata_uid)
)
ORDER BY time, metadata_uid
LIMIT 1000
