-- into: file_activity
-- format: ocsf-file
-- OCSF File System Activity (OCSF 1.8 class 1001).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
    ['Create', 'Read', 'Update', 'Delete', 'Rename', 'Set Attributes', 'Set Security', 'Get Attributes', 'Get Security', 'Encrypt', 'Decrypt', 'Mount', 'Unmount', 'Open'], event.activity_name) AS activity_name,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  coalesce(filled(event.file.name), base_name(event.file.path)) AS file_name,
  coalesce(filled(event.file.path), filled(event.file.name)) AS file_path,
  event.file.size AS file_size,
  filled(event.file.mime_type) AS file_mime_type,
  hash_of(event.file.hashes, 3, 'sha256') AS file_hash_sha256,
  hash_of(event.file.hashes, 2, 'sha1') AS file_hash_sha1,
  hash_of(event.file.hashes, 1, 'md5') AS file_hash_md5,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))) AS actor_process_name,
  coalesce(filled(event.actor.process.path), filled(event.actor.process.file.path)) AS actor_process_path
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      file Tuple(name Nullable(String), path Nullable(String), size Nullable(UInt64), mime_type Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String)))),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '1001') > 0
  )
  WHERE event.class_uid IN ('1001')
)
-- include: time-guard.sql
