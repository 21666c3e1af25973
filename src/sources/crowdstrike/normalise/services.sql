-- into: service_activity
-- format: falcon-event
-- Services that are created, changed, started or stopped: CreateService, ModifyServiceBinary, ServiceStarted, ServiceStopped, HostedServiceStarted,
-- HostedServiceStopped (Falcon event dictionary).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:CreateService|ModifyServiceBinary|(?:Hosted)?Service(?:Started|Stopped))"', 'fdr_event_type"\\s*:\\s*"(?:CreateService|ModifyServiceBinary|(?:Hosted)?Service(?:Started|Stopped))"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(event_name, ['CreateService', 'ModifyServiceBinary', 'ServiceStarted', 'HostedServiceStarted'], ['Create', 'Reconfigure', 'Start', 'Start'], 'Stop') AS activity_name,
  agent AS device_uid,
  computer AS device_hostname,
  service AS service_name,
  coalesce(field('serviceImagePath'), field('commandLine'), field('imageFileName')) AS service_cmd_line,
  transform(row['servicestart'], ['0', '1', '2', '3', '4'], ['Boot', 'System', 'Auto', 'Demand', 'Disabled'], NULL) AS service_start_type,
  field('serviceObjectName') AS service_account,
  user AS actor_user_name,
  domain_of(field('userName')) AS actor_user_domain,
  session(row['authenticationid']) AS actor_session_uid
FROM (
  SELECT *, coalesce(field('serviceName'), field('serviceDisplayName')) AS service
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(event_name, '^(?:CreateService|ModifyServiceBinary|(?:Hosted)?Service(?:Started|Stopped))$') AND isNotNull(service)
