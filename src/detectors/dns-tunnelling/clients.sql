-- How many hosts ask the name service in the window? Rare can only be said of a domain among enough of them.
SELECT uniqExact(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS clients
FROM dns_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
ORDER BY clients
LIMIT 1
