-- into: service_activity
-- format: windows-events
-- Services that are installed, started, stopped or set to start another way: Security 4697; System 7045, 7036, 7040 (Service Control
-- Manager). A 7045 names the account that installed the service only in the log's own user field, which NXLog writes over the service's
-- account; the message still has that one.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:4697|7045|7036|7040)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(event_id IN (4697, 7045), 'Create', event_id = 7040, 'Reconfigure', field('param2') = 'running', 'Start', field('param2') = 'stopped', 'Stop', NULL) AS activity_name,
  computer AS device_hostname,
  service AS service_name,
  coalesce(field('ServiceFileName'), field('ImagePath')) AS service_cmd_line,
  nullIf(transform(lower(ifNull(start_text, '')),
    ['0', '1', '2', '3', '4', 'boot start', 'system start', 'auto start', 'demand start', 'disabled'],
    ['Boot', 'System', 'Auto', 'Demand', 'Disabled', 'Boot', 'System', 'Auto', 'Demand', 'Disabled'], ''), '') AS service_start_type,
  if(event_id = 7045, coalesce(if(is_escaped, NULL, field('AccountName')), nullIf(extract(message_text, 'Service Account:\\s+([^\\r\\n]+)'), '')), field('ServiceAccount')) AS service_account,
  if(event_id = 4697, account(field('SubjectUserName'), field('SubjectDomainName')), account(logged_user_name, logged_user_domain)) AS actor_user_name,
  if(event_id = 4697, domain_of(field('SubjectUserName'), field('SubjectDomainName')), domain_of(logged_user_name, logged_user_domain)) AS actor_user_domain,
  session(field('SubjectLogonId')) AS actor_session_uid
FROM (
  SELECT *,
    if(event_id = 7040, coalesce(field('param4'), field('param1')), coalesce(field('ServiceName'), field('param1'))) AS service,
    if(event_id = 7040, field('param3'), coalesce(field('ServiceStartType'), field('StartType'))) AS start_text
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time
    AND ((log IN ('security', 'unnamed') AND event_id = 4697) OR (log = 'services' AND event_id IN (7045, 7036, 7040)))
)
WHERE isNotNull(service)
