  -- What rows of advanced hunting have in common; stands in front of row.sql.
  -- event_uid    device, time and ReportId together; ReportId alone is a counter that begins anew (Defender XDR reference)
  -- additional   AdditionalFields, whichever way a query left it
  SELECT *,
    coalesce(moment(field('timestamp')), moment(field('timeGenerated')), moment(field('time'))) AS time,
    coalesce(field('reportId'), field('reportId_long'), field('reportId_string')) AS report_uid,
    coalesce(field('deviceId'), field('deviceName')) AS device_key,
    coalesce(lower(hex(sipHash128(device_key, toString(time), report_uid))), record_uid) AS event_uid,
    host_name(field('deviceName')) AS computer,
    row['actiontype'] AS action,
    ifNull(coalesce(field('additionalFields'), field('additionalFields_string'), field('additionalFields_dynamic')), '') AS additional,
    full_path(field('initiatingProcessFolderPath'), field('initiatingProcessFileName')) AS initiating_path,
    concat(device_key, ':', field('initiatingProcessId'), ':', toString(moment(field('initiatingProcessCreationTime')))) AS initiating_uid,
    account(coalesce(field('initiatingProcessAccountName'), field('initiatingProcessAccountUpn'))) AS initiating_user
