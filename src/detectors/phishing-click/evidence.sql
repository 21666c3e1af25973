-- The clicks of this person on links to this host, oldest first.
SELECT metadata_uid, time
FROM email_url_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND lower(ifNull(user_email_addr, '')) = {person:String} AND lower(ifNull(url_hostname, domain(ifNull(url_string, '')))) = {host:String} AND disposition = 'Allowed'
