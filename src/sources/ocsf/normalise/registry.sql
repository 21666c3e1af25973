-- into: registry_activity
-- format: ocsf-registry
-- OCSF Registry Key and Registry Value Activity of the Windows extension (OCSF 1.8 classes 201001 and 201002).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  if(event.class_uid = '201001',
    named(event.activity_id, [1, 2, 3, 4, 5, 6, 7, 8, 9], ['Create', 'Read', 'Modify', 'Delete', 'Rename', 'Open', 'Restore', 'Import', 'Export'], event.activity_name),
    named(event.activity_id, [1, 2, 3, 4], ['Get', 'Set', 'Modify', 'Delete'], event.activity_name)) AS activity_name,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  coalesce(filled(event.reg_value.path), filled(event.reg_key.path)) AS reg_key_path,
  filled(event.reg_value.name) AS reg_value_name,
  filled(event.reg_value.data) AS reg_value_data,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))) AS actor_process_name,
  coalesce(filled(event.actor.process.path), filled(event.actor.process.file.path)) AS actor_process_path
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      reg_key Tuple(path Nullable(String)), reg_value Tuple(path Nullable(String), name Nullable(String), data Nullable(String)),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE match(line, '20100[12]')
  )
  WHERE event.class_uid IN ('201001', '201002')
)
-- include: time-guard.sql
