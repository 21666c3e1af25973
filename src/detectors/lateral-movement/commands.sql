-- Which commands of the operating system's own tools for remote administration name another host? (T1021, T1047, T1053.005, T1569.002)
-- schtasks /s, sc \\host, wmic /node, winrs -r, reg \\host, at \\host, PowerShell's -ComputerName, and paths into administrative shares.
-- The source's log alone tells this, where the target keeps none. Only the first host of a list is read.
WITH
  lines AS (
    SELECT metadata_uid, time, lower(device_hostname) AS hostname, lower(actor_user_name) AS account_name, lower(process_name) AS program,
      lower(assumeNotNull(process_cmd_line)) AS command
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND isNotNull(process_cmd_line) AND ifNull(activity_name, 'Launch') NOT IN ('Terminate', 'Open', 'Inject', 'Exit')
      AND NOT endsWith(ifNull(actor_user_name, ''), '$')
      AND (lower(process_name) IN ('schtasks.exe', 'sc.exe', 'wmic.exe', 'winrs.exe', 'reg.exe', 'at.exe')
        OR match(process_cmd_line, '(?i)\\\\\\\\[\\w.-]+\\\\(?:[a-z]|admin)\\$|-(?:computername|cn)\\s'))
    UNION ALL
    SELECT metadata_uid, time, lower(device_hostname), lower(actor_user_name), 'powershell.exe', lower(assumeNotNull(script_content))
    FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(device_hostname) AND match(script_content, '(?i)(?:invoke-command|-pssession|-wmi\\w+|-cim\\w+)[^\\n|;]*\\s-(?:computername|cn)\\s')
  ),
  read AS (
    SELECT *,
      extract(command, '-(?:computername|cn)\\s+["'']?([\\w.-]+)') AS named_by_option,
      extract(command, '\\\\\\\\([\\w.-]+)\\\\(?:[a-z]|admin)\\$') AS named_by_share,
      multiIf(
        program = 'schtasks.exe', extract(command, '\\s/s\\s+["'']?\\\\*([\\w.-]+)'),
        program = 'sc.exe', extract(command, '\\s\\\\\\\\([\\w.-]+)\\s'),
        program = 'wmic.exe', extract(command, '/node:\\s*["'']?\\\\*([\\w.-]+)'),
        program = 'winrs.exe', extract(command, '[-/]r(?:emote)?:\\s*["'']?(?:https?://)?([\\w.-]+)'),
        program IN ('reg.exe', 'at.exe'), extract(command, '\\s["'']?\\\\\\\\([\\w.-]+)'),
        '') AS named_by_tool,
      multiIf(
        named_by_tool != '', transform(program, ['schtasks.exe', 'sc.exe', 'wmic.exe', 'winrs.exe', 'reg.exe', 'at.exe'],
          ['scheduled-task', 'service', 'wmi', 'winrm', 'smb', 'scheduled-task'], ''),
        named_by_option != '' AND match(command, '(?i)-wmi'), 'wmi',
        named_by_option != '' AND match(command, '(?i)invoke-command|-pssession|-cim'), 'winrm',
        named_by_share != '', 'smb',
        '') AS means
    FROM lines
  )
SELECT 'remote-command' AS kind, means AS protocol, CAST(NULL, 'Nullable(String)') AS source_ip, hostname AS source_hostname,
  if(isIPv4String(target), target, NULL) AS target_ip, if(isIPv4String(target), NULL, target) AS target_hostname, account_name AS account,
  toString(min(time)) AS first_seen, toString(max(time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(time)))) AS days,
  arraySlice(arraySort(groupUniqArray(substring(command, 1, 120))), 1, 3) AS artefacts,
  arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS event_uids
FROM (SELECT *, multiIf(named_by_tool != '', named_by_tool, means IN ('wmi', 'winrm'), named_by_option, named_by_share) AS target FROM read WHERE means != '')
WHERE target NOT IN ('', '.', '127.0.0.1', 'localhost')
GROUP BY protocol, source_hostname, target, account
ORDER BY first_seen, protocol, source_hostname, target, account
LIMIT 5000
