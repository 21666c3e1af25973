-- The sign-ins of this person from the addresses in question, oldest first.
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND has(splitByChar('\n', {addresses:String}), ifNull(src_endpoint_ip, ''))
  AND lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
    concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) = {person:String}
