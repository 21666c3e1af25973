-- Which events stand behind one movement? Those that its edges were made of, by their ids (a line each), within its span and the day
-- before: a session may have begun long before something was done in it.
WITH
  wanted AS (SELECT arrayJoin(splitByChar('\n', {events:String})) AS uid),
  toDateTime64OrNull({first:String}, 6, 'UTC') - INTERVAL 1 DAY AS first_time,
  toDateTime64OrNull({last:String}, 6, 'UTC') AS last_time
SELECT metadata_uid, time FROM authentication WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM network_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM process_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM script_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM smb_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM rpc_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM service_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM scheduled_job_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM rdp_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
UNION ALL
SELECT metadata_uid, time FROM ssh_activity WHERE time BETWEEN first_time AND last_time AND metadata_uid GLOBAL IN (SELECT uid FROM wanted)
