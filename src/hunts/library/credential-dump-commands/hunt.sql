-- Which device ran commands that dump credentials from memory, registry or the directory? (OS credential dumping by its command lines)
WITH
  commands AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, ifNull(actor_user_name, '') AS person, assumeNotNull(process_cmd_line) AS command
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND process_cmd_line IS NOT NULL
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')))
    UNION ALL
    SELECT metadata_uid, time, ifNull(device_hostname, ''), ifNull(actor_user_name, ''), substring(assumeNotNull(script_content), 1, 20000)
    FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND script_content IS NOT NULL
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, '')))
  ),
  verbs AS (
    SELECT metadata_uid, time, device, person, command,
      multiIf(
        match(command, '(?i)(procdump|rdrleakdiag|sqldumper|createdump|nanodump|dumpert|tttracer|out-minidump).{0,120}lsass|lsass.{0,60}\\.dmp|comsvcs(\\.dll)?.{0,40}(minidump|#\\+?0*24)'), 'memory of the logon process',
        match(command, '(?i)ntdsutil.{0,120}(ifm|ntds)|(copy|esentutl|xcopy|robocopy|move).{0,160}ntds\\.dit|secretsdump'), 'database of the directory',
        match(command, '(?i)reg(\\.exe)?"?\\s+(save|export)\\s+"?(hklm|hkey_local_machine)\\\\(sam|security|system)\\b|(copy|esentutl).{0,160}\\\\config\\\\(sam|security|system)\\b'), 'registry hives with password hashes',
        match(command, '(?i)\\b(sekurlsa::|lsadump::|logonpasswords|kerberos::list|invoke-mimikatz|mimikatz|mimikittenz|lazagne|pypykatz|gsecdump|wce\\.exe|pwdump|invoke-ninjacopy|get-gpppassword|sharpdump|safetykatz|rubeus)'), 'tools known for it', '') AS verb
    FROM commands WHERE device != ''
  ),
  grouped AS (
    SELECT device, verb, arraySort(groupArray((time, metadata_uid, substringUTF8(command, 1, 160), person))) AS events,
      uniqExact(lower(extract(command, '(?i)(?:hklm|hkey_local_machine)\\\\(sam|security|system)'))) AS hives
    FROM verbs WHERE verb != '' GROUP BY device, verb
  )
SELECT
  device AS entity,
  round(multiIf(verb IN ('memory of the logon process', 'database of the directory'), 85, verb = 'tools known for it', 75, hives > 1, 80, 60), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat('On ', device, if(events[1].4 = '', '', concat(' as ', events[1].4)), ', ', verb, ': ', toString(length(events)), if(length(events) = 1, ' command', ' commands'),
    '; first: ', replaceRegexpAll(events[1].3, '\\s+', ' ')) AS description,
  arraySlice(arrayDistinct(arrayMap(event -> replaceRegexpAll(event.3, '\\s+', ' '), events)), 1, 6) AS indicators,
  [transform(verb, ['database of the directory', 'registry hives with password hashes'], ['T1003.003', 'T1003.002'], 'T1003.001')] AS techniques
FROM grouped
ORDER BY score DESC, entity, verb
LIMIT 100
