-- Who logged on over the network to which host, from where, with administrative rights? Few do, so only targets of few count
-- (target_sources: everybody's file server and domain controller are left out). No evidence by itself: it says who and from where.
WITH
  arrivals AS (
    SELECT metadata_uid, time, lower(assumeNotNull(device_hostname)) AS target_name, session_uid, lower(assumeNotNull(user_name)) AS account_name,
      src_endpoint_ip, lower(src_endpoint_hostname) AS source_name
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND status = 'Success' AND logon_type IN ('Network', 'Network Cleartext')
      AND isNotNull(device_hostname) AND isNotNull(user_name) AND NOT endsWith(user_name, '$') AND user_name != 'anonymous logon'
      AND (isNotNull(src_endpoint_ip) OR isNotNull(src_endpoint_hostname)) AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
  ),
  rights AS (
    SELECT cityHash64(lower(assumeNotNull(device_hostname)), session_uid) AS session FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Special Privileges' AND isNotNull(device_hostname) AND isNotNull(session_uid) AND NOT endsWith(ifNull(user_name, ''), '$')
    GROUP BY session
  ),
  edges AS (
    SELECT target_name, src_endpoint_ip, source_name, account_name, min(time) AS first_time, max(time) AS last_time, count() AS event_count,
      countIf(isNotNull(session_uid) AND cityHash64(target_name, session_uid) GLOBAL IN (SELECT session FROM rights)) AS with_rights,
      arraySort(groupUniqArray(toString(toDate(time)))) AS days,
      arrayMap(event -> event.2, groupArraySorted(4)((time, metadata_uid))) AS event_uids
    FROM arrivals
    GROUP BY target_name, src_endpoint_ip, source_name, account_name
  ),
  rare AS (
    SELECT target_name FROM edges GROUP BY target_name HAVING uniqExact(coalesce(src_endpoint_ip, source_name)) <= 5
  )
SELECT if(with_rights > 0, 'admin-logon', 'network-logon') AS kind, CAST(NULL, 'Nullable(String)') AS protocol, src_endpoint_ip AS source_ip,
  source_name AS source_hostname, CAST(NULL, 'Nullable(String)') AS target_ip, target_name AS target_hostname, account_name AS account,
  toString(first_time) AS first_seen, toString(last_time) AS last_seen, event_count, days, CAST([], 'Array(String)') AS artefacts, event_uids
FROM edges
WHERE target_name GLOBAL IN (SELECT target_name FROM rare)
  AND (isNull(src_endpoint_ip) OR arrayExists(network -> isIPAddressInRange(ifNull(src_endpoint_ip, '255.255.255.255'), network), {internal:Array(String)}))
ORDER BY kind, first_time, source_ip, source_hostname, target_hostname, account
LIMIT 10000
