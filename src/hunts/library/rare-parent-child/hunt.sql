-- Which parent, common in the estate, started a child that it starts nowhere else? (prevalence of parent-child pairs in the window)
WITH
  starts AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, lower(assumeNotNull(process_name)) AS child, lower(assumeNotNull(parent_process_name)) AS parent,
      ifNull(process_path, '') AS path, ifNull(process_cmd_line, '') AS command, ifNull(actor_user_name, '') AS person,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND process_name IS NOT NULL AND parent_process_name IS NOT NULL AND coalesce(device_hostname, device_ip, '') != ''
      AND parent_process_name NOT IN ('explorer.exe', 'Explorer.EXE', 'cmd.exe', 'bash', 'sh', 'zsh')
  ),
  parents AS (
    SELECT parent, count() AS parent_starts, uniqExact(device) AS parent_devices, uniqExact(child) AS children FROM starts GROUP BY parent
    HAVING parent_starts >= {leastParentStarts:UInt32} AND parent_devices >= {leastParentDevices:UInt32}
  ),
  pairs AS (
    SELECT parent, child, count() AS pair_starts, uniqExact(device) AS devices, arraySort(groupArray((time, metadata_uid, device, path, command, person))) AS events, max(is_asked) AS any_asked
    FROM starts WHERE parent GLOBAL IN (SELECT parent FROM parents)
    GROUP BY parent, child HAVING pair_starts <= {mostPairStarts:UInt32} AND devices = 1
  ),
  judged AS (
    SELECT *, match(child, '^(powershell|pwsh|cmd|wscript|cscript|mshta|rundll32|regsvr32|certutil|bitsadmin|msbuild|installutil|wmic|bash|python[0-9.]*)(\\.exe)?$') AS is_interpreter,
      match(parent, '^(lsass|winlogon|csrss|smss|wininit|spoolsv|searchindexer|dwm|lsaiso|taskhostw|fontdrvhost|sihost|runtimebroker|msedge|chrome|firefox|acrord32|notepad|calc)(\\.exe)?$') AS is_quiet_parent,
      match(events[1].4, '(?i)\\\\(users|temp|programdata|perflogs|\\$recycle\\.bin)\\\\|^/tmp/|^/dev/shm/') AS is_in_writable_folder
    FROM pairs GLOBAL INNER JOIN parents USING (parent)
  )
SELECT
  events[1].3 AS entity,
  round(30 + if(is_interpreter, 25, 0) + if(is_quiet_parent, 25, 0) + if(is_in_writable_folder, 15, 0), 1) AS score,
  pair_starts AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, events) AS event_ids,
  concat(parent, ' started ', child, ' on ', events[1].3, if(events[1].6 = '', '', concat(' as ', events[1].6)), ' and nowhere else; it started ', toString(parent_starts), ' processes of ',
    toString(children), ' kinds on ', toString(parent_devices), ' devices', if(events[1].5 = '', '', concat(': ', substringUTF8(events[1].5, 1, 160)))) AS description,
  arrayFilter(value -> value != '', [child, parent, substringUTF8(events[1].5, 1, 160)]) AS indicators
FROM judged
WHERE any_asked AND (is_interpreter OR is_quiet_parent OR is_in_writable_folder)
ORDER BY score DESC, entity, parent, child
LIMIT 100
