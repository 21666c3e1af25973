-- In which file and line did these events come?
SELECT uid, min(tuple(file, line)).1 AS file_uid, min(tuple(file, line)).2 AS line_number
FROM (
  SELECT metadata_uid AS uid, raw_file_uid AS file, raw_line_number AS line FROM network_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM dns_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM http_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM smb_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM rdp_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM ssh_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM rpc_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM authentication
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM process_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM script_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM scheduled_job_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM service_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM registry_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM file_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM email_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM email_url_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM api_activity
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
  UNION ALL
  SELECT metadata_uid, raw_file_uid, raw_line_number FROM detection_finding
  WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND has({events:Array(String)}, metadata_uid)
)
GROUP BY uid
ORDER BY uid
LIMIT 1000
