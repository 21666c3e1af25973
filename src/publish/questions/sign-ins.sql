-- When did this person sign in to cloud services from these addresses?
SELECT time, service_name, status, src_endpoint_ip, session_uid, metadata_uid FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND lower(coalesce(user_email_addr, user_name)) = {account:String} AND src_endpoint_ip IN {sources:Array(String)}
ORDER BY time, metadata_uid LIMIT 1000
