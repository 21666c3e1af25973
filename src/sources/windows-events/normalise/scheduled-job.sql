-- into: scheduled_job_activity
-- format: windows-events
-- Scheduled tasks that are made, changed, removed or run: Security 4698 to 4702; TaskScheduler 106, 129, 140, 141, 200 (Microsoft,
-- "Advanced security audit policy settings"; the provider's manifest). Security events carry the task as XML (MS-TSCH 2.5): its commands
-- with their arguments, or the class of a COM handler, become job_cmd_line.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:4698|4699|4700|4701|4702|106|129|140|141|200)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(event_id, [4698, 4699, 4700, 4701, 4702, 106, 129, 140, 141, 200],
    ['Create', 'Delete', 'Enable', 'Disable', 'Update', 'Create', 'Start', 'Update', 'Delete', 'Start'], 'Unknown') AS activity_name,
  computer AS device_hostname,
  field('TaskName') AS job_name,
  nullIf(if(log = 'task scheduler', coalesce(field('ActionName'), field('Path'), ''), arrayStringConcat(arrayMap(
    action -> trimBoth(concat(decodeXMLComponent(extract(action, '(?s)<Command>\\s*(.*?)\\s*</Command>')), ' ', decodeXMLComponent(extract(action, '(?s)<Arguments>\\s*(.*?)\\s*</Arguments>')),
      extract(action, '(?s)<ClassId>\\s*(.*?)\\s*</ClassId>'))),
    extractAll(content, '(?s)<(?:Exec|ComHandler)\\b.*?</(?:Exec|ComHandler)>')), '; ')), '') AS job_cmd_line,
  account(user_text, domain_text) AS actor_user_name,
  domain_of(user_text, domain_text) AS actor_user_domain,
  session(field('SubjectLogonId')) AS actor_session_uid,
  address(field('ClientAddress')) AS src_endpoint_ip
FROM (
  SELECT *,
    coalesce(field('TaskContent'), field('TaskContentNew'), '') AS task_text,
    if(startsWith(task_text, '&lt;'), decodeXMLComponent(task_text), task_text) AS content,
    coalesce(field('SubjectUserName'), field('UserContext'), field('UserName')) AS user_text,
    field('SubjectDomainName') AS domain_text
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time AND isNotNull(field('TaskName'))
    AND ((log IN ('security', 'unnamed') AND event_id BETWEEN 4698 AND 4702) OR (log = 'task scheduler' AND event_id IN (106, 129, 140, 141, 200)))
)
