-- Which device ran commands that delete backups, disable recovery or switch protection off? (preparation of impact)
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
        match(command, '(?i)vssadmin(\\.exe)?"?\\s+.*delete\\s+shadows|wmic.*shadowcopy.*delete|win32_shadowcopy.*(delete|remove)|wbadmin(\\.exe)?"?\\s+delete\\s+(catalog|systemstatebackup|backup)|diskshadow.*delete\\s+shadows|vssadmin.*resize\\s+shadowstorage.*maxsize=4[0-9]{2}mb'), 'backups deleted',
        match(command, '(?i)bcdedit.*(recoveryenabled\\s+no|bootstatuspolicy\\s+ignoreallfailures)|reagentc(\\.exe)?"?\\s+/disable'), 'recovery disabled',
        match(command, '(?i)set-mppreference\\s.*-disable\\w+\\s+(\\$?true|1)|add-mppreference\\s.*-exclusionpath\\s+["'']?[a-z]:\\\\["'']?(\\s|$)|disableantispyware|disablerealtimemonitoring|(sc(\\.exe)?\\s+(stop|delete|config)|net1?(\\.exe)?\\s+stop)\\s+"?(windefend|sense|wdnissvc|csagent|csfalconservice|sysmon(64)?|sentinelagent|cbdefense|mcshield|savservice|ekrn)'), 'protection disabled',
        match(command, '(?i)netsh.*(advfirewall\\s+set\\s+\\w+\\s+state\\s+off|firewall\\s+set\\s+opmode\\s+(mode=)?disable)|set-netfirewallprofile.*-enabled\\s+(\\$?false|0)|ufw\\s+disable|systemctl\\s+(stop|disable)\\s+(firewalld|auditd)|iptables\\s+-F|setenforce\\s+0'), 'firewall switched off',
        match(command, '(?i)(net1?(\\.exe)?\\s+stop|sc(\\.exe)?\\s+stop|taskkill.*/im)\\s+"?(sql|mssql|veeam|backup|exchange|msexch|oracle|mysql|vss|sqlagent)'), 'services stopped', '') AS verb
    FROM commands WHERE device != ''
  ),
  grouped AS (
    SELECT device, arraySlice(arraySort(groupArray((time, metadata_uid, verb, substringUTF8(command, 1, 160), person))), 1, 500) AS all_events,
      arrayMap(event -> arrayFilter(other -> other.1 >= event.1 AND other.1 <= event.1 + toIntervalMinute({withinMinutes:UInt32}), all_events), all_events) AS bursts,
      arrayReverseSort(burst -> (length(arrayDistinct(arrayMap(event -> event.3, burst))), length(burst)), bursts)[1] AS events,
      arraySort(arrayDistinct(arrayMap(event -> event.3, events))) AS kinds
    FROM verbs WHERE verb != '' GROUP BY device
  )
SELECT
  device AS entity,
  round(least(100, 10 + arrayMax(kind -> transform(kind, ['backups deleted', 'recovery disabled', 'protection disabled', 'firewall switched off', 'services stopped'], [50, 45, 40, 30, 20], 0), kinds)
    + 15 * (length(kinds) - 1)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat('On ', device, if(events[1].5 = '', '', concat(' as ', events[1].5)), ': ', arrayStringConcat(kinds, ', '), ' by ', toString(length(events)), if(length(events) = 1, ' command', ' commands'),
    '; first: ', events[1].4) AS description,
  arraySlice(arrayDistinct(arrayMap(event -> event.4, events)), 1, 6) AS indicators,
  arraySort(arrayDistinct(arrayMap(kind -> transform(kind, ['backups deleted', 'recovery disabled', 'services stopped'], ['T1490', 'T1490', 'T1489'], 'T1685'), kinds))) AS techniques
FROM grouped
ORDER BY score DESC, entity
LIMIT 100
