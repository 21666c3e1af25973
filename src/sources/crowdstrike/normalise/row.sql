  -- Each candidate (columns file_uid, line_number, record_uid, line) as a row of named values, whichever way it was delivered. Included
  -- by the statements of this folder.
  --   Data Replicator     flat; event_simpleName names the event
  --   Next-Gen SIEM       flat; tags keep their mark (#event_simpleName)
  --   Event Streams       {"metadata": {"eventType", …}, "event": {…}}
  --   kept by Panther     fdr_event_type and a few values beside the event
  --   interfaces          alerts, hosts and detections as they are
  -- row          the values by name in lower case; what the event says goes before what stands around it
  -- event_name   what kind of sensor event it is; '' for anything else
  SELECT *,
    if(row['event_simplename'] != '', row['event_simplename'], row['fdr_event_type']) AS event_name,
    nullIf(row['aid'], '') AS agent,
    concat('falcon-event:', ifNull(concat(coalesce(nullIf(row['cid'], ''), nullIf(row['repo.cid'], '')), ':', agent, ':', nullIf(row['id'], '')), if(row['@id'] = '', record_uid, row['@id']))) AS event_uid,
    coalesce(moment(row['contexttimestamp']), moment(row['timestamp']), moment(row['@timestamp']), moment(row['_first'])) AS event_time,
    host_name(row['computername']) AS computer,
    -- Sensors of late 2025 and after tell the address of their machine with every event; on connections it is the near end.
    coalesce(address(row['localaddressip4']), address(row['localaddressip6'])) AS local_ip,
    coalesce(account(field('userName')), account(field('userPrincipal'))) AS user,
    concat(agent, ':', field('contextProcessId')) AS context_uid,
    coalesce(field('contextImageFileName'), field('contextBaseFileName')) AS context_path
  FROM (
    SELECT file_uid, line_number, record_uid, line,
      CAST(arrayMap(pair -> (lower(replaceRegexpOne(pair.1, '^#', '')), pair.2), arrayConcat(
        JSONExtractKeysAndValues(JSONExtractRaw(line, 'event'), 'String'), JSONExtractKeysAndValues(JSONExtractRaw(line, 'metadata'), 'String'),
        JSONExtractKeysAndValues(line, 'String'))), 'Map(String, String)') AS row
    FROM candidates
  )
