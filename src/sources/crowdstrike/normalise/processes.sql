-- into: process_activity
-- format: falcon-event
-- Processes that start, and those that a sensor finds running: ProcessRollup2, SyntheticProcessRollup2 (Falcon event dictionary). A process is
-- known by TargetProcessId, which a sensor gives out once. actor_session_uid is the logon id that it runs under.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:(?:Synthetic)?ProcessRollup2)"', 'fdr_event_type"\\s*:\\s*"(?:(?:Synthetic)?ProcessRollup2)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  start_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Launch' AS activity_name,
  agent AS device_uid,
  computer AS device_hostname,
  local_ip AS device_ip,
  concat(agent, ':', field('targetProcessId')) AS process_uid,
  toUInt64OrNull(row['rawprocessid']) AS process_pid,
  base_name(field('imageFileName')) AS process_name,
  field('imageFileName') AS process_path,
  field('commandLine') AS process_cmd_line,
  -- Mandatory labels (winnt.h, SECURITY_MANDATORY_*_RID).
  transform(row['integritylevel'], ['0', '4096', '8192', '8448', '12288', '16384', '20480'], ['Untrusted', 'Low', 'Medium', 'Medium', 'High', 'System', 'Protected'], NULL) AS process_integrity,
  sha256(row['sha256hashdata']) AS process_file_hash_sha256,
  md5(row['md5hashdata']) AS process_file_hash_md5,
  field('originalFilename') AS process_file_original_name,
  concat(agent, ':', field('parentProcessId')) AS parent_process_uid,
  base_name(coalesce(field('parentImageFileName'), field('parentBaseFileName'))) AS parent_process_name,
  field('parentImageFileName') AS parent_process_path,
  field('parentCommandLine') AS parent_process_cmd_line,
  user AS actor_user_name,
  coalesce(domain_of(field('userName')), lower(field('logonDomain'))) AS actor_user_domain,
  coalesce(field('userSid'), concat('uid:', coalesce(field('ruid'), field('uid')))) AS actor_user_uid,
  session(row['authenticationid']) AS actor_session_uid
FROM (
  SELECT *, if(event_name = 'ProcessRollup2', coalesce(moment(row['processstarttime']), event_time), coalesce(event_time, moment(row['processstarttime']))) AS start_time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND event_name IN ('ProcessRollup2', 'SyntheticProcessRollup2') AND isNotNull(coalesce(field('imageFileName'), field('commandLine')))
