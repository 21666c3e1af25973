-- Which addresses, devices, names and accounts do so many share that sharing them says little?
-- `sharers`: the different sources that went to an address, device or name; the different accounts that signed in from an address
-- (a common way out, a proxy); the different devices that an account signed in to (a service account, an administrator).
WITH sightings AS (
  SELECT 'ip' AS kind, dst_endpoint_ip AS shared, src_endpoint_ip AS sharer FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'ip', src_endpoint_ip, lower(user_name) FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT 'device', lower(coalesce(dst_endpoint_hostname, device_hostname)), src_endpoint_ip FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT 'domain', query_hostname, src_endpoint_ip FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'domain', http_request_url_hostname, src_endpoint_ip FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'domain', tls_sni, src_endpoint_ip FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'user', if(ifNull(user_domain, '') = '', lower(user_name), concat(lower(user_domain), '\\', lower(user_name))), lower(coalesce(dst_endpoint_hostname, device_hostname)) FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
),
counts AS (
  SELECT kind, assumeNotNull(shared) AS name, uniqExact(sharer) AS sharer_count
  FROM sightings
  WHERE shared IS NOT NULL AND shared != '' AND sharer IS NOT NULL AND sharer != ''
  GROUP BY kind, name
)
SELECT kind, name AS value, sharer_count AS sharers
FROM counts
WHERE sharer_count >= {sharers:UInt32}
ORDER BY sharer_count DESC, kind, name
LIMIT 20000
