-- Which successful sign-ins of this person came from the two places?
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND status = 'Success' AND coalesce(user_email_addr, user_name) = {person:String} AND src_endpoint_ip IN ({originAddress:String}, {targetAddress:String})
