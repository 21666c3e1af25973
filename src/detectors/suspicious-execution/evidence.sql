-- The events behind one finding, oldest first.
SELECT metadata_uid, time FROM process_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM script_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM registry_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM network_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
