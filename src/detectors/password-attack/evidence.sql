-- Which failed and successful sign-ins stand behind one finding: of a source, or of an account?
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND (status IN ('Success', 'Failure') OR match(lower(ifNull(status_detail, '')), 'strong auth|multi.?factor|second factor|two.?factor|\\bmfa\\b|one.?time (code|password)'))
  AND NOT match(ifNull(user_name, ''), '\\$(@|$)')
  AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  AND if({source:String} != '', coalesce(src_endpoint_ip, src_endpoint_hostname) = {source:String}, lower(coalesce(user_email_addr, user_name)) = {account:String})
