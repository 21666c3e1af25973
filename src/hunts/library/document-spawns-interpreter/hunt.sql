-- Which document, mail or reader program started an interpreter or loader? (malicious documents, told by parent and child)
WITH
  starts AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, assumeNotNull(process_name) AS program, ifNull(process_cmd_line, '') AS command,
      assumeNotNull(parent_process_name) AS parent, ifNull(parent_process_cmd_line, '') AS parent_command, ifNull(actor_user_name, '') AS person,
      match(lower(program), '^(mshta|rundll32|regsvr32|certutil|bitsadmin|msbuild|installutil|wmic|msiexec|curl)(\\.exe)?$') AS is_loader,
      match(command, '(?i)-e(nc|ncodedcommand|c)?\\s+[a-z0-9+/=]{20}|frombase64|download(string|file|data)|invoke-(webrequest|expression|restmethod)|\\biex\\b|-w(indowstyle)?\\s+h|https?:|javascript:|\\\\appdata\\\\|\\\\temp\\\\') AS has_traits,
      cityHash64(lower(parent), replaceRegexpAll(lower(command), '[0-9a-f]{4,}', '#')) AS kind,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND process_name IS NOT NULL AND parent_process_name IS NOT NULL AND coalesce(device_hostname, device_ip, '') != ''
      AND match(lower(parent), '^(winword|excel|powerpnt|outlook|onenote|mspub|visio|msaccess|eqnedt32|acrord32|acrobat|foxitreader|thunderbird|winrar|7zfm|soffice|soffice\\.bin)(\\.exe)?$')
      AND match(lower(program), '^(powershell|pwsh|cmd|wscript|cscript|mshta|rundll32|regsvr32|certutil|bitsadmin|msbuild|installutil|wmic|msiexec|curl|bash|sh|python[0-9.]*)(\\.exe)?$')
  ),
  spread AS (SELECT kind, uniqExact(device) AS devices FROM starts GROUP BY kind),
  grouped AS (
    SELECT starts.device AS place, count() AS started, arraySort(groupArray((starts.time, starts.metadata_uid))) AS events,
      argMin((starts.parent, starts.program, starts.command, starts.person, starts.parent_command), (starts.time, starts.metadata_uid)) AS first_start,
      max(is_loader) AS any_loader, max(has_traits) AS any_traits, min(devices) AS fewest_devices,
      arraySort(groupUniqArray(substringUTF8(if(starts.command = '', starts.program, starts.command), 1, 160))) AS commands
    FROM starts GLOBAL INNER JOIN spread ON spread.kind = starts.kind
    WHERE is_asked
    GROUP BY place
  )
SELECT
  place AS entity,
  round(greatest(0, 50 + if(any_loader, 10, 0) + if(any_traits, 30, 0) - if(fewest_devices >= {manyDevices:UInt32}, 40, 0)), 1) AS score,
  started AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(first_start.1, ' started ', first_start.2, ' on ', place, if(first_start.4 = '', '', concat(' as ', first_start.4)),
    if(started > 1, concat(', one of ', toString(started), ' such starts'), ''), if(first_start.3 = '', '', concat(': ', substringUTF8(first_start.3, 1, 160)))) AS description,
  arrayFilter(value -> value != '', arrayConcat([first_start.2, substringUTF8(first_start.5, 1, 160)], arraySlice(commands, 1, 4))) AS indicators
FROM grouped
ORDER BY score DESC, entity
LIMIT 100
