-- Who cleared logs or stopped their recording, on a device or in the cloud? (indicator removal and impaired logging)
WITH
  commands AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS place, ifNull(actor_user_name, '') AS person, assumeNotNull(process_cmd_line) AS command
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
  acts AS (
    SELECT metadata_uid, time, place, person, substringUTF8(command, 1, 160) AS what,
      multiIf(
        match(command, '(?i)wevtutil(\\.exe)?"?\\s+(cl|clear-log)\\b|clear-eventlog|\\[?eventlog\\]?.{0,40}\\.clear\\(|cleareventlog'), 'event logs cleared',
        match(command, '(?i)wevtutil(\\.exe)?"?\\s+(sl|set-log)\\s.*/e:(false|0)|auditpol(\\.exe)?"?\\s+/(clear|remove)|auditpol.*/(success|failure):disable|(sc(\\.exe)?\\s+(stop|config)|net1?(\\.exe)?\\s+stop|stop-service)\\s+"?eventlog|systemctl\\s+(stop|disable)\\s+(rsyslog|syslog|auditd|systemd-journald)'), 'recording of events stopped',
        match(command, '(?i)fsutil(\\.exe)?"?\\s+usn\\s+deletejournal|clear-history|remove-item.{0,80}consolehost_history|history\\s+-c\\b|(rm|shred|truncate)\\s[^|;]{0,80}(\\.bash_history|/var/log/)|>\\s*/var/log/|unset\\s+histfile|histfile=/dev/null'), 'histories or journals removed', '') AS kind
    FROM commands WHERE place != ''
    UNION ALL
    SELECT metadata_uid, time, ifNull(actor_user_name, actor_user_uid) AS who, ifNull(actor_user_name, ''),
      concat(api_operation, if(resource_name IS NULL, '', concat(' ', resource_name))),
      multiIf(
        api_operation IN ('StopLogging', 'DeleteTrail', 'DeleteFlowLogs', 'DeleteDetector', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount', 'DeleteConfigRule', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DisableSecurityHub', 'DeleteLogGroup', 'DeleteLogStream', 'DeleteDiagnosticSetting', 'Delete diagnostic setting'), 'audit trail or detector deleted',
        api_operation IN ('UpdateTrail', 'PutEventSelectors', 'UpdateDetector', 'Set-AdminAuditLogConfig', 'Set-MailboxAuditBypassAssociation', 'Remove-UnifiedAuditLogRetentionPolicy') AND match(ifNull(detail, ''), '(?i)false|none|readonly|"enable"\\s*:\\s*false|bypass|disabled'), 'audit trail narrowed', '')
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, 'Success') = 'Success' AND who IS NOT NULL
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, ifNull(actor_user_uid, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')))
  ),
  grouped AS (
    SELECT assumeNotNull(place) AS where_done, kind, arraySort(groupArray((time, metadata_uid, what, person))) AS events FROM acts WHERE kind != '' GROUP BY where_done, kind
  )
SELECT
  where_done AS entity,
  round(transform(kind, ['event logs cleared', 'recording of events stopped', 'audit trail or detector deleted', 'audit trail narrowed', 'histories or journals removed'], [80, 75, 80, 60, 60], 0), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(where_done, ': ', kind, if(events[1].4 IN ('', where_done), '', concat(' as ', events[1].4)), ', ', toString(length(events)), if(length(events) = 1, ' time', ' times'),
    '; first: ', replaceRegexpAll(ifNull(events[1].3, ''), '\\s+', ' ')) AS description,
  arraySlice(arrayDistinct(arrayMap(event -> replaceRegexpAll(ifNull(event.3, ''), '\\s+', ' '), events)), 1, 6) AS indicators,
  [transform(kind, ['event logs cleared', 'recording of events stopped', 'audit trail or detector deleted', 'audit trail narrowed'], ['T1685.005', 'T1685.001', 'T1685.002', 'T1685.002'], 'T1070.003')] AS techniques
FROM grouped
ORDER BY score DESC, entity, kind
LIMIT 100
