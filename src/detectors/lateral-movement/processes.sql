-- Which programs ran on a host in the session of somebody who had come over the network, and what started them?
-- (T1021.003, T1021.006, T1047, T1569.002) A logon over the network has no desktop: a program in its session was started from afar.
-- The parent says how: WmiPrvSE (WMI), wsmprovhost or winrshost (WinRM), services.exe, sshd, or the DCOM launcher. Two things count
-- without such a session: a remote shell host (it exists for nothing else), and a child of WmiPrvSE right after a logon with
-- administrative rights, because WMI providers may run under an account of their own.
WITH
  arrivals AS (
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, session_uid AS session, lower(user_name) AS account,
      src_endpoint_ip AS source_ip, lower(src_endpoint_hostname) AS source_hostname, time, metadata_uid
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND status = 'Success' AND logon_type IN ('Network', 'Network Cleartext')
      AND isNotNull(device_hostname) AND isNotNull(user_name) AND NOT endsWith(user_name, '$') AND user_name != 'anonymous logon'
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
  ),
  started AS (
    SELECT metadata_uid, time, splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, lower(device_hostname) AS hostname,
      actor_session_uid AS session, lower(actor_user_name) AS actor, lower(process_name) AS program, lower(ifNull(parent_process_name, '')) AS parent,
      lower(ifNull(parent_process_cmd_line, '')) AS parent_cmd_line
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND isNotNull(process_name)
      AND ifNull(activity_name, 'Launch') NOT IN ('Terminate', 'Open', 'Inject', 'Exit') AND lower(process_name) != 'conhost.exe'
      AND (cityHash64(host, ifNull(session, '')) GLOBAL IN (SELECT cityHash64(host, session) FROM arrivals WHERE isNotNull(session))
        OR program IN ('wsmprovhost.exe', 'winrshost.exe') OR parent IN ('wsmprovhost.exe', 'winrshost.exe', 'wmiprvse.exe'))
  ),
  told AS (
    SELECT *, multiIf(
      program IN ('wsmprovhost.exe', 'winrshost.exe') OR parent IN ('wsmprovhost.exe', 'winrshost.exe'), 'winrm',
      parent = 'wmiprvse.exe', 'wmi',
      parent = 'services.exe', 'service',
      parent IN ('sshd.exe', 'sshd', 'ssh-shellhost.exe'), 'ssh',
      parent IN ('taskeng.exe', 'taskhostw.exe') OR position(parent_cmd_line, 'schedule') > 0, 'scheduled-task',
      parent = 'svchost.exe' AND (parent_cmd_line = '' OR position(parent_cmd_line, 'dcomlaunch') > 0), 'dcom',
      '') AS means
    FROM started
  ),
  within AS (
    SELECT told.metadata_uid AS event_uid, told.time AS event_time, told.hostname AS hostname, told.program AS program, told.means AS means,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, 'process-in-session' AS link
    FROM told
    GLOBAL INNER JOIN arrivals ON arrivals.host = told.host AND arrivals.session = told.session
    WHERE isNotNull(told.session) AND dateDiff('second', arrivals.time, told.time) BETWEEN -5 AND 86400
  ),
  rights AS (
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, session_uid AS session FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Special Privileges' AND isNotNull(device_hostname) AND isNotNull(session_uid)
      AND host GLOBAL IN (SELECT host FROM told WHERE means = 'wmi')
    GROUP BY host, session
  ),
  near AS (
    SELECT spread.metadata_uid AS event_uid, spread.time AS event_time, spread.hostname AS hostname, spread.program AS program, spread.means AS means,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, 'process-after-logon' AS link
    FROM (SELECT *, intDiv(toUnixTimestamp(time), 60) - arrayJoin([-1, 0, 1]) AS minute FROM told WHERE means = 'wmi') AS spread
    GLOBAL INNER JOIN (SELECT *, intDiv(toUnixTimestamp(time), 60) AS minute FROM arrivals) AS arrivals ON arrivals.host = spread.host AND arrivals.minute = spread.minute
    GLOBAL INNER JOIN rights ON rights.host = arrivals.host AND rights.session = arrivals.session
    WHERE dateDiff('second', arrivals.time, spread.time) BETWEEN -5 AND 30
  ),
  alone AS (
    SELECT metadata_uid, time, hostname, program, means, actor, NULL, NULL, time, metadata_uid, if(means = 'winrm', 'shell-alone', 'process-alone')
    FROM told WHERE means IN ('winrm', 'wmi')
  ),
  linked AS (
    SELECT * FROM (SELECT * FROM within UNION ALL SELECT * FROM near UNION ALL SELECT * FROM alone)
    ORDER BY indexOf(['process-in-session', 'process-after-logon', 'shell-alone', 'process-alone'], link), abs(dateDiff('second', logon_time, event_time)), logon_time, logon_uid
    LIMIT 1 BY event_uid
  )
SELECT link AS kind, nullIf(means, '') AS protocol, source_ip, source_hostname, CAST(NULL, 'Nullable(String)') AS target_ip, hostname AS target_hostname,
  account, toString(min(event_time)) AS first_seen, toString(max(event_time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(event_time)))) AS days,
  arraySlice(arraySort(groupUniqArray(ifNull(program, ''))), 1, 5) AS artefacts,
  arraySlice(arrayDistinct(arrayFlatten(arrayMap(event -> [event.3, event.2], groupArraySorted(5)((event_time, event_uid, logon_uid))))), 1, 8) AS event_uids
FROM linked
-- Accounts of the system itself move nobody; the same minute keeps apart what different connections may have brought.
GROUP BY kind, protocol, source_ip, source_hostname, target_hostname, account, if(kind IN ('shell-alone', 'process-alone') OR (isNull(source_ip) AND isNull(source_hostname)), toStartOfMinute(event_time), toDateTime('1970-01-01 00:00:00', 'UTC'))
ORDER BY kind DESC, first_seen, protocol, source_ip, source_hostname, target_hostname, account
LIMIT 5000
