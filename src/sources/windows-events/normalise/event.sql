  -- Each candidate (columns file_uid, line_number, record_uid, line) as a Windows event, whichever tool wrote it down. Included by
  -- the statements of this folder; what a statement does not ask for is not computed.
  --   flat     NXLog (EventTime, Hostname), PowerShell exports (TimeCreated), Log Analytics tables (TimeGenerated, Computer),
  --            Winlogbeat with dotted keys (winlog.event_data.TargetUserName)
  --   nested   Winlogbeat 7 and later (winlog.event_data.*), 5 and 6 (event_data.* beside event_id)
  --   EVTX     {"Event":{"System":…,"EventData" or "UserData":…}} of evtx_dump ("#attributes", or Provider_attributes beside Provider)
  --            and of XML converters ("@Name", "#text", Data as an array)
  -- data         the event's own values by name; unnamed ones are param1, param2, … as Winlogbeat calls them
  -- logged_time  the event's time, never that of its collection. Without a zone (NXLog writes the collector's wall clock) the zone
  --              comes from the same record: how far @timestamp (UTC) is from EventReceivedTime (the same wall clock), in quarter
  --              hours; without these two, how far Sysmon's UtcTime is; else UTC.
  -- event_time   logged_time, or Sysmon's own time where it is within five seconds of it: that is finer, but drifts after a pause
  --              of the machine (11 and 62 seconds were seen). Only where it stands at the top, as NXLog and exports write it: the
  --              other tools give the event's time to seven digits.
  -- A name that is an object or an array is none.
  SELECT *,
    -- A record number is unique within a log of a host until the log is cleared.
    concat('windows-event:', if(match(record_number, '^[1-9]\\d*$') AND isNotNull(computer) AND isNotNull(logged_time),
      lower(hex(sipHash128(computer, channel_key, provider_key, record_number, toString(logged_time)))), record_uid)) AS event_uid,
    if(log = 'sysmon' AND abs(dateDiff('millisecond', logged_time, sysmon_time)) <= 5000, sysmon_time, logged_time) AS event_time,
    ifNull(toYear(event_time) BETWEEN 1970 AND 2199, false) AS has_time,
    isNotNull(event_id) AND (channel_key != '' OR provider_key != '' OR isNotNull(computer)) AS is_windows_event
  FROM (
    SELECT *,
      written_time + toIntervalSecond(if(abs(zone_shift) <= 50400, zone_shift, 0)) AS logged_time,
      -- One <Data> is an object or a text, several are an array; evtx_dump puts unnamed ones under "#text".
      multiIf(
        shape = 'evtx', CAST(arrayConcat(
          arrayFilter(pair -> pair.1 != '', arrayMap(value -> (concat(value.1, value.2, value.3.1), concat(value.4, value.5)), JSONExtract(evtx_list, 'Array(Tuple(`@Name` String, Name String, `#attributes` Tuple(Name String), `#text` String, Value String))'))),
          arrayMap((value, position) -> (concat('param', toString(position)), value), JSONExtract(evtx_list, 'Array(String)'), arrayEnumerate(JSONExtract(evtx_list, 'Array(String)'))),
          JSONExtractKeysAndValues(value_text, 'String'),
          arrayFlatten(arrayMap(pair -> JSONExtractKeysAndValues(pair.2, 'String'), JSONExtractKeysAndValues(user_value_text, 'String')))), 'Map(String, String)'),
        shape = 'nested', CAST(arrayConcat(JSONExtractKeysAndValues(value_text, 'String'), JSONExtractKeysAndValues(user_value_text, 'String')), 'Map(String, String)'),
        shape = 'dotted', CAST(arrayMap(pair -> (replaceRegexpOne(pair.1, '^winlog\\.(?:event_data|user_data)\\.', ''), pair.2), JSONExtractKeysAndValues(line, 'String')), 'Map(String, String)'),
        -- NXLog escapes values as XML text.
        CAST(arrayConcat(JSONExtractKeysAndValues(value_text, 'String'),
          JSONExtractKeysAndValues(if(is_escaped, replaceAll(replaceAll(replaceAll(line, '&lt;', '<'), '&gt;', '>'), '&amp;', '&'), line), 'String')), 'Map(String, String)')) AS data
    FROM (
      SELECT *,
        parseDateTime64BestEffortOrNull(time_text, 6, 'UTC') AS written_time,
        toInt64(multiIf(
          match(time_text, '(?i)(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)$|^\\d{10,}'), 0,
          isNotNull(received_time) AND isNotNull(collected_time), 900 * round(dateDiff('second', received_time, collected_time) / 900),
          isNotNull(sysmon_time), 900 * round(dateDiff('second', written_time, sysmon_time) / 900),
          0)) AS zone_shift,
        lower(channel) AS channel_key,
        -- The logs whose events have a place in the tables. A record that names no log is told by its number alone.
        transform(if(provider_key = '', replaceOne(channel_key, '/operational', ''), provider_key),
          ['microsoft-windows-security-auditing', 'security', 'microsoft-windows-sysmon', 'microsoft-windows-powershell', 'powershellcore', 'powershell',
           'windows powershell', 'microsoft-windows-wmi-activity', 'microsoft-windows-winrm', 'microsoft-windows-taskscheduler',
           'microsoft-windows-distributedcom', 'dcom', 'microsoft-windows-terminalservices-localsessionmanager',
           'microsoft-windows-terminalservices-remoteconnectionmanager', 'service control manager', 'system', ''],
          ['security', 'security', 'sysmon', 'powershell', 'powershell', 'windows powershell',
           'windows powershell', 'wmi', 'winrm', 'task scheduler',
           'dcom', 'dcom', 'terminal services',
           'terminal services', 'services', 'services', 'unnamed'],
          'other') AS log,
        multiIf(
          shape != 'evtx' OR evtx_data = '', '[]',
          startsWith(evtx_data, '['), evtx_data,
          startsWith(evtx_data, '{"#text":['), JSONExtractRaw(evtx_data, '#text'),
          startsWith(evtx_data, '{'), concat('[', evtx_data, ']'),
          concat('[', toJSONString(evtx_data), ']')) AS evtx_list
      FROM (
        SELECT file_uid, line_number, record_uid, line,
          multiIf(isNotNull(system['EventID']), 'evtx', isNotNull(winlog['event_id']), 'nested', isNotNull(top['winlog.event_id']), 'dotted', 'flat') AS shape,
          -- With its attributes: {"#attributes":{"Qualifiers":16384},"#text":7036}.
          toUInt16OrNull(extract(coalesce(system['EventID'], winlog['event_id'], top['EventID'], top['event_id'], top['winlog.event_id']), '^(?:\\{.*"#text":"?)?(\\d+)"?(?:[,}].*)?$')) AS event_id,
          replaceRegexpOne(trimBoth(coalesce(system['Channel'], winlog['channel'], top['Channel'], top['EventLog'], top['log_name'], top['winlog.channel'], '')), '^[\\[{].*', '') AS channel,
          lower(trimBoth(coalesce(nullIf(extract(coalesce(system['Provider_attributes'], system['Provider'], ''), '"@?Name":"([^"]*)"'), ''), winlog['provider_name'], top['SourceName'],
            top['ProviderName'], top['EventSourceName'], top['Source'], top['source_name'], top['winlog.provider_name'], ''))) AS provider_key,
          nullIf(lower(trimBoth(replaceRegexpOne(coalesce(system['Computer'], winlog['computer_name'], top['Hostname'], top['Computer'], top['computer_name'],
            top['winlog.computer_name'], ''), '\\.$|^[\\[{].*', ''))), '') AS computer,
          coalesce(system['EventRecordID'], winlog['record_id'], top['RecordNumber'], top['EventRecordID'], top['record_number'], top['winlog.record_id']) AS record_number,
          coalesce(nullIf(extract(coalesce(system['TimeCreated_attributes'], system['TimeCreated'], ''), '"@?SystemTime":"([^"]*)"'), ''), if(isNull(winlog['event_id']), NULL, top['@timestamp']),
            top['EventTime'], top['TimeCreated'], top['TimeGenerated'], top['@timestamp'], top['UtcTime']) AS time_text,
          parseDateTime64BestEffortOrNull(top['UtcTime'], 6, 'UTC') AS sysmon_time,
          parseDateTime64BestEffortOrNull(top['EventReceivedTime'], 6, 'UTC') AS received_time,
          parseDateTime64BestEffortOrNull(top['@timestamp'], 6, 'UTC') AS collected_time,
          coalesce(evtx['EventData'], winlog['event_data'], top['event_data'], top['EventData'], '') AS value_text,
          coalesce(evtx['UserData'], winlog['user_data'], top['user_data'], '') AS user_value_text,
          JSONExtractString(ifNull(evtx['EventData'], ''), 'Data') AS evtx_data,
          coalesce(system['Keywords'], winlog['keywords'], top['Keywords'], top['keywords'], top['EventType'], '') AS keywords,
          -- The account that the log itself names; in EVTX it is a SID only.
          coalesce(JSONExtract(coalesce(winlog['user'], top['user'], ''), 'name', 'Nullable(String)'), top['winlog.user.name'], if(isNull(top['AccountType']), NULL, top['AccountName']), top['UserName']) AS logged_user_name,
          coalesce(JSONExtract(coalesce(winlog['user'], top['user'], ''), 'domain', 'Nullable(String)'), top['winlog.user.domain'], if(isNull(top['AccountType']), NULL, top['Domain'])) AS logged_user_domain,
          coalesce(top['Message'], top['message'], '') AS message_text,
          -- NXLog is known by its SourceModuleType.
          isNotNull(top['SourceModuleType']) AS is_escaped
        FROM (
          SELECT file_uid, line_number, record_uid, line, top,
            JSONExtract(ifNull(top['winlog'], ''), 'Map(String, Nullable(String))') AS winlog,
            JSONExtract(ifNull(top['Event'], ''), 'Map(String, Nullable(String))') AS evtx,
            JSONExtract(ifNull(top['Event'], ''), 'System', 'Map(String, Nullable(String))') AS system
          FROM (SELECT file_uid, line_number, record_uid, line, JSONExtract(line, 'Map(String, Nullable(String))') AS top FROM candidates)
        )
      )
    )
  )
