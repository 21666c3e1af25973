-- Which new services or scheduled tasks run a shell, have a random name, or came to several devices at once? (service execution and scheduled tasks)
WITH
  made AS (
    SELECT metadata_uid, time, 'service' AS what, assumeNotNull(device_hostname) AS device, assumeNotNull(service_name) AS name, ifNull(service_cmd_line, '') AS command, ifNull(actor_user_name, '') AS person,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND device_hostname IS NOT NULL AND service_name IS NOT NULL
      AND ifNull(activity_name, 'Create') IN ('Create', 'Install', 'Created', 'Installed')
    UNION ALL
    SELECT metadata_uid, time, 'task', assumeNotNull(device_hostname), assumeNotNull(job_name), ifNull(job_cmd_line, ''), ifNull(actor_user_name, ''),
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, ''))
    FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND device_hostname IS NOT NULL AND job_name IS NOT NULL
      AND ifNull(activity_name, 'Create') IN ('Create', 'Created', 'Register', 'Registered')
  ),
  judged AS (
    SELECT *, match(command, '(?i)\\b(cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|bash|sh)(\\.exe)?"?\\s|%comspec%|-e(nc|ncodedcommand)?\\s+[a-z0-9+/=]{20}|frombase64|https?://') AS runs_shell,
      match(command, '(?i)\\\\(users|temp|programdata|perflogs|public)\\\\|\\\\\\\\[^\\\\]+\\\\(admin|c|ipc)\\$|%systemroot%\\\\[a-z0-9]{6,12}\\.exe|^"?c:\\\\windows\\\\[a-z0-9]{6,12}\\.exe|^/tmp/|^/dev/shm/') AS is_in_writable_place,
      (match(name, '^[A-Za-z]{7,16}$') AND match(name, '(?i)[bcdfghjklmnpqrstvwxz]{5}')) OR match(name, '^[0-9a-f]{8,}$|^[A-Z0-9]{8,16}$') OR name = 'PSEXESVC' AS has_random_name,
      match(command, '(?i)%comspec%|-e(nc|ncodedcommand)?\\s+[a-z0-9+/=]{20}|frombase64|-w(indowstyle)?\\s+(h|1)|start\\s+/b|https?://') AS hides
    FROM made
  ),
  spread AS (
    SELECT what AS spread_what, name AS spread_name, uniqExact(device) AS devices, dateDiff('hour', min(time), max(time)) <= {withinHours:UInt32} AS is_burst FROM judged GROUP BY what, name
  ),
  grouped AS (
    SELECT what, name, max(devices) AS on_devices, max(is_burst) AS in_burst, max(runs_shell) AS shell, max(hides) AS hidden, max(is_in_writable_place) AS writable, max(has_random_name) AS random_name,
      arraySort(groupArray((time, metadata_uid, device, substringUTF8(command, 1, 160), person))) AS events, arraySort(groupUniqArray(device)) AS places
    FROM judged GLOBAL INNER JOIN spread ON spread_what = what AND spread_name = name
    GROUP BY what, name HAVING max(is_asked)
  )
SELECT
  events[1].3 AS entity,
  round(least(100, greatest(0, 15 + multiIf(hidden, 55, shell AND what = 'service', 50, shell, 35, 0) + if(writable, 25, 0) + if(random_name, 20, 0) + if(on_devices >= 2 AND in_burst, 15, 0) - if(on_devices >= {manyDevices:UInt32}, 35, 0))), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat('The ', what, ' ', name, ' was made on ', arrayStringConcat(arraySlice(places, 1, 4), ', '), if(length(places) > 4, concat(' and ', toString(length(places) - 4), ' more'), ''),
    if(events[1].5 = '', '', concat(' by ', events[1].5)), if(events[1].4 = '', '', concat(', running ', events[1].4))) AS description,
  arrayFilter(value -> value != '', arrayConcat([name, events[1].4], arraySlice(places, 1, 8))) AS indicators,
  if(what = 'service', ['T1543.003', 'T1569.002'], ['T1053.005']) AS techniques
FROM grouped
WHERE shell OR hidden OR writable OR random_name OR (on_devices >= 2 AND in_burst)
ORDER BY score DESC, entity, what, name
LIMIT 100
