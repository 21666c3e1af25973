-- On which hosts was a service installed by somebody who had come over the network, from where and as whom? (T1543.003, T1569.002)
-- The link, strongest first: the service was made in the session of that logon (event 4697), by its account (7045 with an account), or
-- right after a logon with administrative rights (4672, the svcctl pipe or an administrative share in the same session). What has no
-- such link is given without a source: a connection of the same minute may name it.
WITH
  installed AS (
    SELECT metadata_uid, time, splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, lower(device_hostname) AS hostname,
      actor_session_uid AS session, lower(actor_user_name) AS actor, service_name AS artefact
    FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND ifNull(activity_name, 'Create') IN ('Create', 'Install', 'Register')
  ),
  arrivals AS (
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, session_uid AS session, lower(user_name) AS account,
      src_endpoint_ip AS source_ip, lower(src_endpoint_hostname) AS source_hostname, time, metadata_uid
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND status = 'Success' AND logon_type IN ('Network', 'Network Cleartext')
      AND isNotNull(device_hostname) AND isNotNull(user_name) AND NOT endsWith(user_name, '$') AND user_name != 'anonymous logon'
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
      AND host GLOBAL IN (SELECT host FROM installed)
  ),
  rights AS (
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, session_uid AS session, 30 AS reach_seconds FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Special Privileges' AND isNotNull(device_hostname) AND isNotNull(session_uid) AND host GLOBAL IN (SELECT host FROM installed)
    UNION ALL
    SELECT splitByChar('.', lower(assumeNotNull(device_hostname)))[1] AS host, actor_session_uid, 120 FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND isNotNull(actor_session_uid) AND host GLOBAL IN (SELECT host FROM installed)
      AND (lower(file_name) = 'svcctl' OR match(ifNull(share, ''), '(?i)(^|\\\\)(admin|[a-z])\\$$'))
  ),
  reach AS (SELECT host, session, max(reach_seconds) AS seconds FROM rights GROUP BY host, session),
  -- A service is looked at from the minutes before it to the minute after it (clocks of logs differ by seconds).
  spread AS (SELECT *, intDiv(toUnixTimestamp(time), 60) - arrayJoin([-1, 0, 1, 2]) AS minute FROM installed),
  near AS (
    SELECT spread.metadata_uid AS event_uid, spread.time AS event_time, spread.hostname AS hostname, spread.artefact AS artefact,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, dateDiff('second', arrivals.time, spread.time) AS age,
      multiIf(
        spread.actor = arrivals.account AND age BETWEEN -5 AND 120, 'service-by-account',
        isNull(spread.actor) AND age BETWEEN -5 AND ifNull(reach.seconds, -10), 'service-after-logon',
        '') AS link
    FROM spread
    GLOBAL INNER JOIN (SELECT *, intDiv(toUnixTimestamp(time), 60) AS minute FROM arrivals) AS arrivals ON arrivals.host = spread.host AND arrivals.minute = spread.minute
    GLOBAL LEFT JOIN reach ON reach.host = arrivals.host AND reach.session = arrivals.session
    WHERE link != ''
  ),
  within AS (
    SELECT installed.metadata_uid AS event_uid, installed.time AS event_time, installed.hostname AS hostname, installed.artefact AS artefact,
      arrivals.account AS account, arrivals.source_ip AS source_ip, arrivals.source_hostname AS source_hostname,
      arrivals.time AS logon_time, arrivals.metadata_uid AS logon_uid, toInt64(0) AS age, 'service-in-session' AS link
    FROM installed
    GLOBAL INNER JOIN arrivals ON arrivals.host = installed.host AND arrivals.session = installed.session
    WHERE isNotNull(installed.session) AND dateDiff('second', arrivals.time, installed.time) BETWEEN -5 AND 86400
  ),
  alone AS (
    SELECT metadata_uid, time, hostname, artefact, actor, NULL, NULL, time, metadata_uid, toInt64(0), 'service-alone' FROM installed
  ),
  linked AS (
    SELECT * FROM (SELECT * FROM within UNION ALL SELECT * FROM near UNION ALL SELECT * FROM alone)
    ORDER BY indexOf(['service-in-session', 'service-by-account', 'service-after-logon', 'service-alone'], link), abs(age), logon_time, logon_uid
    LIMIT 1 BY event_uid
  )
SELECT link AS kind, 'service' AS protocol, source_ip, source_hostname, CAST(NULL, 'Nullable(String)') AS target_ip, hostname AS target_hostname,
  account, toString(min(event_time)) AS first_seen, toString(max(event_time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(event_time)))) AS days,
  arraySlice(arraySort(groupUniqArray(ifNull(artefact, ''))), 1, 5) AS artefacts,
  arraySlice(arrayDistinct(arrayFlatten(arrayMap(event -> [event.3, event.2], groupArraySorted(5)((event_time, event_uid, logon_uid))))), 1, 8) AS event_uids
FROM linked
GROUP BY kind, source_ip, source_hostname, target_hostname, account
ORDER BY kind DESC, first_seen, source_ip, source_hostname, target_hostname, account
LIMIT 5000
