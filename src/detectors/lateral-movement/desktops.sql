-- Who opened a desktop or a secure shell on which host, from where? (T1021.001, T1021.004)
WITH
  opened AS (
    SELECT metadata_uid, time, 'remote-desktop' AS trace_kind, 'rdp' AS means, src_endpoint_ip, lower(src_endpoint_hostname) AS source_name, dst_endpoint_ip,
      lower(coalesce(dst_endpoint_hostname, device_hostname)) AS target_name, lower(user_name) AS account_name
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND status = 'Success' AND logon_type = 'Remote Interactive'
    UNION ALL
    SELECT metadata_uid, time, 'remote-desktop', 'rdp', src_endpoint_ip, lower(src_endpoint_hostname), dst_endpoint_ip,
      lower(coalesce(dst_endpoint_hostname, device_hostname)), lower(user_name)
    FROM rdp_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Disconnected'
    UNION ALL
    SELECT metadata_uid, time, 'secure-shell', 'ssh', src_endpoint_ip, lower(src_endpoint_hostname), dst_endpoint_ip,
      lower(coalesce(dst_endpoint_hostname, device_hostname)), lower(user_name)
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND (lower(service_name) IN ('sshd', 'ssh') OR lower(actor_process_name) IN ('sshd', 'sshd.exe') OR lower(client_app) = 'ssh')
      AND ifNull(activity_name, 'Logon') = 'Logon'
    UNION ALL
    SELECT metadata_uid, time, 'secure-shell', 'ssh', src_endpoint_ip, NULL, dst_endpoint_ip, lower(coalesce(dst_endpoint_hostname, device_hostname)), NULL
    FROM ssh_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success'
  ),
  edges AS (
    SELECT trace_kind AS kind, means AS protocol, src_endpoint_ip AS source_ip, source_name AS source_hostname, dst_endpoint_ip AS target_ip,
      target_name AS target_hostname, account_name AS account, min(time) AS first_time, max(time) AS last_time, count() AS event_count,
      arraySort(groupUniqArray(toString(toDate(time)))) AS days, CAST([], 'Array(String)') AS artefacts,
      arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS event_uids
    FROM opened
    WHERE (isNotNull(src_endpoint_ip) OR isNotNull(source_name)) AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
      AND (isNotNull(dst_endpoint_ip) OR isNotNull(target_name))
    GROUP BY kind, protocol, source_ip, source_hostname, target_ip, target_hostname, account
  )
SELECT kind, protocol, source_ip, source_hostname, target_ip, target_hostname, account, toString(first_time) AS first_seen, toString(last_time) AS last_seen,
  event_count, days, artefacts, event_uids
FROM edges
WHERE isNull(source_ip) OR arrayExists(network -> isIPAddressInRange(ifNull(source_ip, '255.255.255.255'), network), {internal:Array(String)})
ORDER BY kind, first_time, source_ip, source_hostname, target_ip, target_hostname, account
LIMIT 10000
