-- Which hosts opened a session of remote management to which, and where did a remote shell begin? (T1021.006; WinRM events 6 and 91,
-- PowerShell 400 of a ServerRemoteHost.) The end that is called does not say who called: a connection of the same minute may.
WITH
  told AS (
    SELECT metadata_uid, time, lower(src_endpoint_hostname) AS source_name, src_endpoint_ip, lower(dst_endpoint_hostname) AS target_name, dst_endpoint_ip,
      lower(actor_user_name) AS account_name, activity_name = 'Session Created' AS is_source
    FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND protocol_name = 'winrm' AND activity_name IN ('Session Created', 'Shell Created', 'Session Opened')
      AND NOT endsWith(ifNull(actor_user_name, ''), '$') AND (isNotNull(dst_endpoint_hostname) OR isNotNull(dst_endpoint_ip))
  )
SELECT if(is_source, 'shell-session', 'shell-alone') AS kind, 'winrm' AS protocol, src_endpoint_ip AS source_ip, source_name AS source_hostname,
  dst_endpoint_ip AS target_ip, target_name AS target_hostname, account_name AS account,
  toString(min(time)) AS first_seen, toString(max(time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(time)))) AS days, CAST([], 'Array(String)') AS artefacts,
  arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS event_uids
FROM told
WHERE NOT is_source OR isNotNull(source_name) OR isNotNull(src_endpoint_ip)
GROUP BY kind, source_ip, source_hostname, target_ip, target_hostname, account, if(is_source, toDateTime('1970-01-01 00:00:00', 'UTC'), toStartOfMinute(time))
ORDER BY kind DESC, first_seen, source_ip, source_hostname, target_ip, target_hostname, account
LIMIT 5000
