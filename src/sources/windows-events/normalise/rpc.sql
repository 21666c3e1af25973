-- into: rpc_activity
-- format: windows-events
-- Remote management as both ends log it. protocol_name says which:
--   wmi    WMI-Activity 5857 to 5861: the machine that logs is the target, ClientMachine the source
--   winrm  WinRM 6 (a session to another machine is made: the machine that logs is the source), 91 (a shell is opened here: the target),
--          142, 145 (an operation over such a session), 161, 162, 168, 169 (who is let in); PowerShell 400 with the host ServerRemoteHost (here)
--   dcom   DistributedCOM 10028 (another machine did not answer: the source), 10036 (a caller is refused: the target)
--   smb    Sysmon 18 by System: a pipe opened from another machine (MS-SCMR, MS-TSCH, …: the target)
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:5857|5858|5859|5860|5861|6|91|142|145|161|162|168|169|400|10028|10036|18)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  concat(event_uid, ':rpc') AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  if(log = 'sysmon', 'Sysmon', 'Windows') AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(
    log = 'wmi', transform(event_id, [5857, 5858, 5859, 5860, 5861], ['Provider Started', 'Operation Failed', 'Event Filter Started', 'Temporary Subscription', 'Permanent Subscription'], ''),
    log = 'winrm', transform(event_id, [6, 91, 142, 145, 161, 162, 168, 169],
      ['Session Created', 'Shell Created', 'Operation Failed', 'Operation Started', 'Authentication Failed', 'Authentication Failed', 'Authentication Started', 'Authentication Succeeded'], ''),
    log = 'dcom', if(event_id = 10028, 'Communication Failed', 'Activation Refused'),
    log = 'sysmon', 'Pipe Connected',
    'Session Opened') AS activity_name,
  transform(log, ['wmi', 'dcom', 'sysmon'], ['wmi', 'dcom', 'smb'], 'winrm') AS protocol_name,
  if(log = 'dcom' AND event_id = 10036, address(field('param4')), NULL) AS src_endpoint_ip,
  multiIf(is_source, computer, client = own_name, computer, client) AS src_endpoint_hostname,
  address(server) AS dst_endpoint_ip,
  multiIf(is_source, if(isNotNull(address(server)), NULL, if(server IN ('localhost', own_name), computer, server)), is_target, computer, NULL) AS dst_endpoint_hostname,
  if(log = 'wmi', nullIf(extract(operation, '(\\w+)::\\w+'), ''), NULL) AS rpc_interface,
  if(log = 'wmi', nullIf(extract(operation, '\\w+::(\\w+)'), ''), field('operationName')) AS rpc_operation,
  if(log = 'sysmon', base_name(field('PipeName')), NULL) AS named_pipe,
  computer AS device_hostname,
  account(user_text, NULL) AS actor_user_name,
  nullIf(multiIf(
    log = 'windows powershell', extract(context, 'HostApplication=([^\\r\\n]+)'),
    log = 'winrm', coalesce(field('connection'), field('resourceUri'), field('authFailureMessage'), message_text),
    log = 'wmi', coalesce(operation, field('Query'), field('CONSUMER'), field('ProviderPath'), message_text),
    log = 'dcom', message_text,
    NULL), '') AS message
FROM (
  SELECT *,
    log = 'winrm' AND event_id IN (6, 142, 145) OR log = 'dcom' AND event_id = 10028 AS is_source,
    log IN ('wmi', 'sysmon', 'windows powershell') OR (log = 'winrm' AND event_id IN (91, 168, 169)) OR (log = 'dcom' AND event_id = 10036) AS is_target,
    replaceRegexpOne(computer, '\\..*$', '') AS own_name,
    coalesce(field('param3'), message_text) AS context,
    if(log = 'wmi', host_name(coalesce(field('ClientMachine'), nullIf(extract(message_text, 'ClientMachine = ([^;,\\s]+)'), ''))), NULL) AS client,
    host_name(nullIf(multiIf(log = 'dcom' AND event_id = 10028, ifNull(field('param1'), ''),
      log = 'winrm', extract(coalesce(field('connection'), extract(message_text, 'connection string is: (\\S+)')), '^(?:\\w+://)?\\[?([^/?\\]]+?)\\]?(?::\\d+)?(?:[/?].*)?$'), ''), '')) AS server,
    if(log = 'wmi', coalesce(field('Operation'), nullIf(extract(message_text, 'Operation = ([^;]+)'), '')), NULL) AS operation,
    multiIf(
      log = 'wmi', coalesce(field('User'), nullIf(extract(message_text, '\\bUser(?:Name)? = ([^;]+)'), '')),
      log = 'dcom', if(event_id = 10036, field('param2'), NULL),
      log = 'winrm', coalesce(field('username'), field('userName'), logged_user_name),
      log = 'sysmon', NULL,
      logged_user_name) AS user_text
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time AND (
    (log = 'wmi' AND event_id BETWEEN 5857 AND 5861)
    OR (log = 'winrm' AND event_id IN (6, 91, 142, 145, 161, 162, 168, 169))
    OR (log = 'dcom' AND event_id IN (10028, 10036))
    OR (log = 'sysmon' AND event_id = 18 AND field('Image') = 'System')
    OR (log = 'windows powershell' AND event_id = 400 AND position(line, 'ServerRemoteHost') > 0))
)
