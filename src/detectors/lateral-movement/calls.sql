-- Which hosts were told over remote procedure calls to make a service, a task or a process, or to start an object?
-- (T1021.003, T1047, T1053.005, T1569.002; Zeek dce_rpc: MITRE's BZAR names the same calls.) `protocol` is what the call stands for.
WITH
  called AS (
    SELECT metadata_uid, time, connection_info_uid, src_endpoint_ip, lower(src_endpoint_hostname) AS source_name, dst_endpoint_ip,
      lower(coalesce(dst_endpoint_hostname, device_hostname)) AS target_name, lower(actor_user_name) AS user_name,
      concat(ifNull(rpc_interface, ''), '::', ifNull(rpc_operation, '')) AS call,
      multiIf(
        lower(rpc_interface) = 'svcctl', 'service',
        lower(rpc_interface) IN ('atsvc', 'sasec', 'itaskschedulerservice'), 'scheduled-task',
        startsWith(lower(rpc_interface), 'iwbem'), 'wmi',
        lower(rpc_interface) IN ('iremotescmactivator', 'isystemactivator', 'iremoteactivation', 'iactivation'), 'dcom',
        NULL) AS meaning
    FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (isNotNull(src_endpoint_ip) OR isNotNull(src_endpoint_hostname)) AND isNotNull(rpc_interface)
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1') AND NOT endsWith(ifNull(actor_user_name, ''), '$')
  ),
  asked AS (
    SELECT *, multiIf(
      match(call, '(?i)(CreateService|StartService|ChangeServiceConfig)'), 'service-call',
      match(call, '(?i)(JobAdd|RegisterTask|SchRpcRun)'), 'task-call',
      match(call, '(?i)(ExecMethod|PutInstance|PutClass)'), 'wmi-execution-call',
      meaning = 'wmi', 'wmi-call', meaning = 'dcom', 'activation-call', meaning = 'service', 'service-query-call', 'task-query-call') AS trace_kind
    FROM called WHERE isNotNull(meaning)
  ),
  accounts AS (
    SELECT connection_info_uid AS uid, src_endpoint_ip AS ip, min(lower(user_name)) AS account FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(connection_info_uid) AND isNotNull(user_name) AND ifNull(status, 'Success') = 'Success'
      AND connection_info_uid GLOBAL IN (SELECT connection_info_uid FROM asked WHERE isNotNull(connection_info_uid))
    GROUP BY uid, ip
  )
SELECT trace_kind AS kind, meaning AS protocol, src_endpoint_ip AS source_ip, source_name AS source_hostname, dst_endpoint_ip AS target_ip,
  target_name AS target_hostname, coalesce(asked.user_name, accounts.account) AS account,
  toString(min(time)) AS first_seen, toString(max(time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(time)))) AS days,
  arraySlice(arraySort(groupUniqArray(call)), 1, 5) AS artefacts,
  arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS event_uids
FROM asked
GLOBAL LEFT JOIN accounts ON accounts.uid = asked.connection_info_uid AND accounts.ip = asked.src_endpoint_ip
GROUP BY kind, protocol, source_ip, source_hostname, target_ip, target_hostname, account
ORDER BY kind, first_seen, protocol, source_ip, source_hostname, target_ip, target_hostname, account
LIMIT 5000
