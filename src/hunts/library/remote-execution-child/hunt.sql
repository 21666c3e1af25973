-- Which interpreter or odd program was started by the far end of WMI, WinRM, DCOM or the service manager? (remote execution by its parent process)
WITH
  starts AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, assumeNotNull(process_name) AS program, ifNull(process_path, '') AS path,
      ifNull(process_cmd_line, '') AS command, lower(assumeNotNull(parent_process_name)) AS parent, ifNull(parent_process_cmd_line, '') AS parent_command, ifNull(actor_user_name, '') AS person,
      multiIf(parent IN ('wsmprovhost.exe', 'winrshost.exe'), 'WinRM', parent IN ('wmiprvse.exe', 'scrcons.exe'), 'WMI', parent IN ('psexesvc.exe', 'services.exe'), 'the service manager',
        parent IN ('mmc.exe', 'dllhost.exe', 'excel.exe', 'winword.exe', 'outlook.exe') AND match(parent_command, '(?i)[-/](embedding|automation)'), 'DCOM', '') AS way,
      match(lower(program), '^(cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|msbuild|installutil|bash|python[0-9.]*)(\\.exe)?$') AS is_interpreter,
      match(path, '(?i)\\\\(users|temp|programdata|perflogs|\\$recycle\\.bin)\\\\|^/tmp/|^/dev/shm/') AS is_in_writable_folder,
      match(command, '(?i)-e(nc|ncodedcommand)?\\s+[a-z0-9+/=]{20}|frombase64|downloadstring|downloadfile|invoke-|hidden|\\\\127\\.0\\.0\\.1\\\\|admin\\$|%comspec%|/c\\s+echo|2>&1|http') AS has_traits,
      cityHash64(parent, replaceRegexpAll(lower(command), '[0-9a-f]{4,}', '#')) AS kind,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND process_name IS NOT NULL AND parent_process_name IS NOT NULL AND coalesce(device_hostname, device_ip, '') != ''
      AND way != '' AND (is_interpreter OR is_in_writable_folder)
  ),
  arrivals AS (
    SELECT device_hostname AS device, groupArray((time, coalesce(src_endpoint_ip, src_endpoint_hostname, ''), metadata_uid)) AS logons FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND logon_type = 'Network'
      AND coalesce(src_endpoint_ip, src_endpoint_hostname, '') NOT IN ('', '127.0.0.1', '::1', '-')
      AND device_hostname GLOBAL IN (SELECT device FROM starts)
    GROUP BY device
  ),
  spread AS (SELECT kind, uniqExact(device) AS devices FROM starts GROUP BY kind),
  joined AS (
    SELECT starts.device AS place, starts.time AS moment, starts.metadata_uid AS uid, program, command, parent, way, person, is_interpreter, has_traits, spread.devices AS devices,
      arrayReverseSort(arrayFilter(logon -> logon.1 <= moment AND logon.1 >= moment - toIntervalMinute(2), arrivals.logons))[1] AS arrival
    FROM starts
    GLOBAL INNER JOIN spread ON spread.kind = starts.kind
    GLOBAL LEFT JOIN arrivals ON arrivals.device = starts.device
    WHERE is_asked
  ),
  grouped AS (
    SELECT place, way, argMin((program, command, parent, person, arrival.2), (moment, uid)) AS first_start, count() AS started, arraySort(groupArray((moment, uid))) AS events,
      max(is_interpreter) AS any_interpreter, max(has_traits) AS any_traits, max(arrival.2) AS from_where, min(devices) AS fewest_devices,
      arraySort(groupUniqArray(substringUTF8(if(command = '', program, command), 1, 160))) AS commands
    FROM joined GROUP BY place, way
  )
SELECT
  place AS entity,
  round(greatest(0, 5 + transform(way, ['WinRM', 'WMI', 'DCOM', 'the service manager'], [30, 30, 35, 25], 0) + if(any_interpreter, 20, 0) + if(any_traits, 15, 0)
    + if(from_where != '', 10, 0) - if(fewest_devices >= {manyDevices:UInt32}, 35, 0)), 1) AS score,
  started AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(first_start.1, ' was started on ', place, ' through ', way, ' (parent ', first_start.3, ')', if(first_start.4 = '', '', concat(' as ', first_start.4)),
    if(from_where = '', '', concat(' after a network sign-in from ', from_where)), if(started > 1, concat('; ', toString(started), ' such starts'), ''),
    if(first_start.2 = '', '', concat(': ', substringUTF8(first_start.2, 1, 160)))) AS description,
  arrayFilter(value -> value != '', arrayConcat([from_where, first_start.1], arraySlice(commands, 1, 4))) AS indicators,
  [transform(way, ['WMI', 'WinRM', 'DCOM', 'the service manager'], ['T1047', 'T1021.006', 'T1021.003', 'T1569.002'], '')] AS techniques
FROM grouped
ORDER BY score DESC, entity, way
LIMIT 100
