-- Who sits at which host? An account that moves on from a host where it never signed in has been switched to (Hopper, Ho et al. 2021).
SELECT lower(assumeNotNull(device_hostname)) AS hostname, lower(assumeNotNull(user_name)) AS account, count() AS event_count
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND activity_name = 'Logon' AND status = 'Success' AND isNotNull(device_hostname) AND isNotNull(user_name)
  AND logon_type IN ('Interactive', 'Unlock', 'Cached Interactive', 'Remote Interactive')
  AND NOT endsWith(user_name, '$')
GROUP BY hostname, account
ORDER BY hostname, account
LIMIT 50000
