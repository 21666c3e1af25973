-- Which records are understood but have no table? Ends of processes and connections, loaded modules and drivers, console histories,
-- heartbeats and every other sensor event; incidents, behaviours and cases (their alerts have rows); applications.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, 'event_simple[Nn]ame"\\s*:\\s*"(?:Network(?:Connect|ReceiveAccept|Listen)IP[46]|DnsRequest|ProcessRollup2|SyntheticProcessRollup2|UserLog(?:on|off)\\w*)"') AND isValidJSON(line)
  )
SELECT line_number, replaceRegexpAll(substring(told, 1, 80), '[^A-Za-z0-9 ._-]', '') AS kind
FROM (
  SELECT line_number,
    multiIf(
      match(event_name, '^(?:Network(?:Connect|ReceiveAccept|Listen)IP[46]|DnsRequest|(?:Synthetic)?ProcessRollup2|UserLog(?:on|off|onFailed|onFailed2)|ScheduledTask\\w*|CreateService|ModifyServiceBinary|(?:Hosted)?Service(?:Started|Stopped)|SmbServerShareOpenedEtw|Event_\\w*DetectionSummaryEvent)$'), '',
      match(event_name, '^ScriptControl') AND isNotNull(field('scriptContent')), '',
      match(event_name, '^Asep|Reg[A-Z]|^RegistryOperation') AND isNotNull(coalesce(field('regObjectName'), field('regPostObjectName'))), '',
      match(event_name, 'Written$|Rename|Delete') AND isNotNull(field('targetFileName')), '',
      event_name != '', event_name,
      isNotNull(field('customerIDString')) AND NOT match(row['eventtype'], 'DetectionSummaryEvent$|^(?:AuthActivityAudit|UserActivityAudit|RemoteResponseSessionStart|RemoteResponseSessionEnd|APIActivityAudit)Event$') AND row['eventtype'] != 'Event_ExternalApiEvent', row['eventtype'],
      isNotNull(field('incident_id')) AND isNull(field('composite_id')), 'incident',
      isNotNull(field('behavior_id')), 'behavior',
      isNotNull(field('created_timestamp')) AND isNotNull(coalesce(field('severity_info'), field('evidence'), field('creation_actor'))) AND isNull(field('composite_id')), 'case',
      isNotNull(field('recent_logins')), 'login history',
      isNotNull(field('detectioncount')) AND isNotNull(field('fileName')), 'appinfo',
      '') AS told
  FROM (
    -- include: row.sql
  )
)
WHERE told != ''
