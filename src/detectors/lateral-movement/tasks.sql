-- On which hosts was a scheduled task registered or changed by somebody who had come over the network? (T1053.005)
-- Windows event 4698 names the session that did it; a sensor may name the account only. What belongs to no such logon is left out:
-- people and updates register tasks on their own machines all day.
WITH
  registered AS (
    SELECT metadata_uid, time, splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, lower(device_hostname) AS hostname,
      actor_session_uid AS session, lower(actor_user_name) AS actor, src_endpoint_ip AS told_source_ip, job_name AS artefact
    FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND ifNull(activity_name, 'Create') IN ('Create', 'Update', 'Enable', 'Register')
      AND NOT endsWith(ifNull(actor_user_name, ''), '$') AND ifNull(actor_session_uid, '') NOT IN ('0x3e7', '0x3e4', '0x3e5')
  ),
  arrivals AS (
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, session_uid AS session, lower(user_name) AS account,
      src_endpoint_ip AS source_ip, lower(src_endpoint_hostname) AS source_hostname, time, metadata_uid
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND status = 'Success' AND logon_type IN ('Network', 'Network Cleartext')
      AND isNotNull(device_hostname) AND isNotNull(user_name) AND NOT endsWith(user_name, '$') AND user_name != 'anonymous logon'
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
      AND host GLOBAL IN (SELECT host FROM registered)
  ),
  within AS (
    SELECT registered.metadata_uid AS event_uid, registered.time AS event_time, registered.hostname AS hostname, registered.artefact AS artefact,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, 'task-in-session' AS link
    FROM registered
    GLOBAL INNER JOIN arrivals ON arrivals.host = registered.host AND arrivals.session = registered.session
    WHERE isNotNull(registered.session) AND dateDiff('second', arrivals.time, registered.time) BETWEEN -5 AND 86400
  ),
  near AS (
    SELECT spread.metadata_uid AS event_uid, spread.time AS event_time, spread.hostname AS hostname, spread.artefact AS artefact,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, 'task-by-account' AS link
    FROM (SELECT *, intDiv(toUnixTimestamp(time), 60) - arrayJoin([-1, 0, 1]) AS minute FROM registered WHERE isNull(session)) AS spread
    GLOBAL INNER JOIN (SELECT *, intDiv(toUnixTimestamp(time), 60) AS minute FROM arrivals) AS arrivals ON arrivals.host = spread.host AND arrivals.minute = spread.minute
    WHERE spread.actor = arrivals.account AND dateDiff('second', arrivals.time, spread.time) BETWEEN -5 AND 60
  ),
  told AS (
    SELECT metadata_uid, time, hostname, artefact, actor, told_source_ip, NULL, time, metadata_uid, 'task-by-account' FROM registered
    WHERE isNotNull(told_source_ip) AND told_source_ip NOT IN ('127.0.0.1', '::1')
  ),
  linked AS (
    SELECT * FROM (SELECT * FROM within UNION ALL SELECT * FROM near UNION ALL SELECT * FROM told)
    ORDER BY link DESC, abs(dateDiff('second', logon_time, event_time)), logon_time, logon_uid
    LIMIT 1 BY event_uid
  )
SELECT link AS kind, 'scheduled-task' AS protocol, source_ip, source_hostname, CAST(NULL, 'Nullable(String)') AS target_ip, hostname AS target_hostname,
  account, toString(min(event_time)) AS first_seen, toString(max(event_time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(event_time)))) AS days,
  arraySlice(arraySort(groupUniqArray(ifNull(artefact, ''))), 1, 5) AS artefacts,
  arraySlice(arrayDistinct(arrayFlatten(arrayMap(event -> [event.3, event.2], groupArraySorted(5)((event_time, event_uid, logon_uid))))), 1, 8) AS event_uids
FROM linked
GROUP BY kind, source_ip, source_hostname, target_hostname, account
ORDER BY kind DESC, first_seen, source_ip, source_hostname, target_hostname, account
LIMIT 5000
