-- When did this person open links to this host?
SELECT time, url_string, disposition, src_endpoint_ip, metadata_uid FROM email_url_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND lower(user_email_addr) = {account:String} AND lower(url_hostname) = {host:String}
ORDER BY time, metadata_uid LIMIT 1000
