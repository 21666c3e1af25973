-- into: scheduled_job_activity
-- format: hunting-event, hunting-csv
-- Scheduled tasks: ScheduledTask… of DeviceEvents (Defender XDR reference); the command comes out of the task's definition.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"ScheduledTask[A-Z]\\w+"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-scheduled-job:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(action, ['ScheduledTaskCreated', 'ScheduledTaskUpdated', 'ScheduledTaskDeleted', 'ScheduledTaskEnabled', 'ScheduledTaskDisabled'], ['Create', 'Update', 'Delete', 'Enable', 'Disable'], 'Unknown') AS activity_name,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  job AS job_name,
  nullIf(if(content = '', ifNull(coalesce(said(additional, ['TaskCommand', 'Command']), full_path(field('folderPath'), field('fileName'))), ''), arrayStringConcat(arrayMap(
    exec -> trimBoth(concat(decodeXMLComponent(extract(exec, '(?s)<Command>\\s*(.*?)\\s*</Command>')), ' ', decodeXMLComponent(extract(exec, '(?s)<Arguments>\\s*(.*?)\\s*</Arguments>')),
      extract(exec, '(?s)<ClassId>\\s*(.*?)\\s*</ClassId>'))),
    extractAll(content, '(?s)<(?:Exec|ComHandler)\\b.*?</(?:Exec|ComHandler)>')), '; ')), '') AS job_cmd_line,
  coalesce(account(said(additional, ['SubjectUserName'])), account(field('accountName')), initiating_user) AS actor_user_name,
  lower(coalesce(said(additional, ['SubjectDomainName']), field('accountDomain'), field('initiatingProcessAccountDomain'))) AS actor_user_domain,
  session(coalesce(said(additional, ['SubjectLogonId']), field('initiatingProcessLogonId'))) AS actor_session_uid,
  address(field('remoteIP')) AS src_endpoint_ip
FROM (
  SELECT *,
    said(additional, ['TaskName', 'taskName']) AS job,
    ifNull(said(additional, ['TaskContent', 'NewTaskContent', 'TaskContentNew']), '') AS content
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceEvents') = 'DeviceEvents' AND startsWith(action, 'ScheduledTask') AND isNotNull(job)
