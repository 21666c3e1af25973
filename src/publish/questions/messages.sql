-- Which messages came from this address?
SELECT time, email_to, email_subject, disposition, metadata_uid FROM email_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND (lower(email_from) = {sender:String} OR lower(email_header_from) = {sender:String})
ORDER BY time, metadata_uid LIMIT 1000
