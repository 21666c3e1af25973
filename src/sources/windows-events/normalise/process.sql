-- into: process_activity
-- format: windows-events
-- Processes that start and end: Security 4688, 4689; Sysmon 1, 5 (Microsoft, "Advanced security audit policy settings"; Sysmon's manifest).
-- The actor is the account that the process runs under: in a 4688 the target account where one is named (a service host that starts
-- a process for a caller), else the creator; actor_session_uid is that account's logon id on the machine.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:4688|4689|1|5)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  if(log = 'sysmon', 'Sysmon', 'Windows') AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(event_id IN (4688, 1), 'Launch', 'Terminate') AS activity_name,
  computer AS device_hostname,
  process_guid(field('ProcessGuid')) AS process_uid,
  whole_number(if(event_id = 4688, field('NewProcessId'), field('ProcessId'))) AS process_pid,
  base_name(path) AS process_name,
  known_path(path) AS process_path,
  field('CommandLine') AS process_cmd_line,
  -- Mandatory labels (winnt.h, SECURITY_MANDATORY_*_RID).
  if(log = 'sysmon', field('IntegrityLevel'), nullIf(transform(ifNull(field('MandatoryLabel'), ''),
    ['S-1-16-0', 'S-1-16-4096', 'S-1-16-8192', 'S-1-16-8448', 'S-1-16-12288', 'S-1-16-16384', 'S-1-16-20480'],
    ['Untrusted', 'Low', 'Medium', 'Medium', 'High', 'System', 'Protected'], ''), '')) AS process_integrity,
  hash_of(field('Hashes'), 'sha256', 64) AS process_file_hash_sha256,
  hash_of(field('Hashes'), 'md5', 32) AS process_file_hash_md5,
  nullIf(field('OriginalFileName'), '?') AS process_file_original_name,
  process_guid(field('ParentProcessGuid')) AS parent_process_uid,
  whole_number(if(event_id = 4688, field('ProcessId'), field('ParentProcessId'))) AS parent_process_pid,
  base_name(parent_path) AS parent_process_name,
  known_path(parent_path) AS parent_process_path,
  field('ParentCommandLine') AS parent_process_cmd_line,
  account(user_text, domain_text) AS actor_user_name,
  domain_of(user_text, domain_text) AS actor_user_domain,
  nullIf(if(is_for_target, coalesce(nullIf(field('TargetUserSid'), 'S-1-0-0'), NULL), field('SubjectUserSid')), 'S-1-0-0') AS actor_user_uid,
  session(multiIf(log = 'sysmon', field('LogonId'), is_for_target, field('TargetLogonId'), field('SubjectLogonId'))) AS actor_session_uid,
  field('CurrentDirectory') AS working_directory
FROM (
  SELECT *,
    event_id = 4688 AND isNotNull(field('TargetUserName')) AS is_for_target,
    multiIf(log = 'sysmon', field('User'), is_for_target, field('TargetUserName'), field('SubjectUserName')) AS user_text,
    multiIf(log = 'sysmon', NULL, is_for_target, field('TargetDomainName'), field('SubjectDomainName')) AS domain_text,
    multiIf(log = 'sysmon', field('Image'), event_id = 4688, field('NewProcessName'), field('ProcessName')) AS path,
    if(log = 'sysmon', field('ParentImage'), field('ParentProcessName')) AS parent_path
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time
    AND ((log IN ('security', 'unnamed') AND event_id IN (4688, 4689)) OR (log = 'sysmon' AND event_id IN (1, 5)))
)
