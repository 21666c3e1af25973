-- into: process_activity
-- format: ocsf-process
-- OCSF Process Activity; where a launch names no parent, the process that acted is it (OCSF 1.8 class 1007).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4, 5], ['Launch', 'Terminate', 'Open', 'Inject', 'Set User ID'], event.activity_name) AS activity_name,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  address(event.device.ip) AS device_ip,
  filled(event.process.uid) AS process_uid,
  event.process.pid AS process_pid,
  coalesce(filled(event.process.name), filled(event.process.file.name), base_name(coalesce(event.process.path, event.process.file.path))) AS process_name,
  coalesce(filled(event.process.path), filled(event.process.file.path)) AS process_path,
  filled(event.process.cmd_line) AS process_cmd_line,
  filled(event.process.integrity) AS process_integrity,
  hash_of(event.process.file.hashes, 3, 'sha256') AS process_file_hash_sha256,
  hash_of(event.process.file.hashes, 1, 'md5') AS process_file_hash_md5,
  filled(event.process.file.internal_name) AS process_file_original_name,
  filled(event.process.file.signature.certificate.subject) AS process_file_signer,
  coalesce(filled(event.process.parent_process.uid), if(event.activity_id = 1, filled(event.actor.process.uid), NULL)) AS parent_process_uid,
  coalesce(event.process.parent_process.pid, if(event.activity_id = 1, event.actor.process.pid, NULL)) AS parent_process_pid,
  coalesce(filled(event.process.parent_process.name), filled(event.process.parent_process.file.name),
    base_name(coalesce(event.process.parent_process.path, event.process.parent_process.file.path)), if(event.activity_id = 1, coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))), NULL)) AS parent_process_name,
  coalesce(filled(event.process.parent_process.path), filled(event.process.parent_process.file.path), if(event.activity_id = 1, coalesce(filled(event.actor.process.path), filled(event.actor.process.file.path)), NULL)) AS parent_process_path,
  coalesce(filled(event.process.parent_process.cmd_line), if(event.activity_id = 1, filled(event.actor.process.cmd_line), NULL)) AS parent_process_cmd_line,
  account(coalesce(filled(event.process.user.name), filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  if(filled(event.process.user.name) IS NULL, domain_of(event.actor.user.domain, event.actor.user.name), domain_of(event.process.user.domain, event.process.user.name)) AS actor_user_domain,
  if(filled(event.process.user.name) IS NULL, filled(event.actor.user.uid), filled(event.process.user.uid)) AS actor_user_uid,
  filled(event.actor.session.uid) AS actor_session_uid,
  filled(event.process.working_directory) AS working_directory
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64), file Tuple(name Nullable(String), path Nullable(String), internal_name Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String))), signature Tuple(certificate Tuple(subject Nullable(String)))), integrity Nullable(String), working_directory Nullable(String), user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)),
        parent_process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64), file Tuple(name Nullable(String), path Nullable(String)))),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '1007') > 0
  )
  WHERE event.class_uid IN ('1007')
)
-- include: time-guard.sql
