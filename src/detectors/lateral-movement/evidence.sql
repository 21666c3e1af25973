-- Which events stand behind one movement? Those that its edges were made of, by their ids (a line each), within its span.
WITH
  splitByChar('\n', {events:String}) AS wanted,
  toDateTime64({first:String}, 6, 'UTC') AS first_time,
  toDateTime64({last:String}, 6, 'UTC') AS last_time
SELECT metadata_uid, time FROM authentication WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM network_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM smb_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM rpc_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM service_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM scheduled_job_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM process_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM rdp_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
UNION ALL
SELECT metadata_uid, time FROM ssh_activity WHERE time BETWEEN first_time AND last_time AND has(wanted, metadata_uid)
