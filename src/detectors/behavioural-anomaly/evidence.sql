-- Which sign-ins make up this person's behaviour? Failures and foreign ones stand beside the usual ones.
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND status IN ('Success', 'Failure') AND ifNull(is_interactive, true)
  AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  AND ifNull(logon_type, '') NOT IN ('OS Service', 'Batch')
  AND lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
    concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) = {person:String}
