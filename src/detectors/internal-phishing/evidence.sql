-- The messages behind one finding, and the sign-in and rule that went before, oldest first.
SELECT metadata_uid, time FROM email_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM api_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has(splitByChar('\n', {events:String}), metadata_uid)
