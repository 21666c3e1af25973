-- into: scheduled_job_activity
-- format: falcon-event
-- Scheduled tasks: ScheduledTaskRegistered, ScheduledTaskModified, ScheduledTaskDeleted (Falcon event dictionary).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:ScheduledTask\\w*)"', 'fdr_event_type"\\s*:\\s*"(?:ScheduledTask\\w*)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(event_name = 'ScheduledTaskRegistered', 'Create', event_name = 'ScheduledTaskDeleted', 'Delete', 'Update') AS activity_name,
  agent AS device_uid,
  computer AS device_hostname,
  field('taskName') AS job_name,
  nullIf(trimBoth(concat(row['taskexeccommand'], ' ', row['taskexecarguments'])), '') AS job_cmd_line,
  coalesce(user, account(field('taskAuthor'))) AS actor_user_name,
  coalesce(domain_of(field('userName')), lower(field('logonDomain'))) AS actor_user_domain,
  session(row['authenticationid']) AS actor_session_uid,
  coalesce(address(row['remoteaddressip4']), address(row['remoteaddressip6'])) AS src_endpoint_ip
FROM (
  -- include: row.sql
)
WHERE isNotNull(time) AND startsWith(event_name, 'ScheduledTask') AND isNotNull(field('taskName'))
