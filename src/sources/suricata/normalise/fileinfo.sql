-- into: file_activity
-- format: suricata-file
-- Suricata fileinfo events: one file seen on the wire each; the receiver is the destination (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  'Transfer' AS activity_name,
  filled(event.flow_id) AS connection_info_uid,
  address(event.src_ip) AS src_endpoint_ip,
  address(event.dest_ip) AS dst_endpoint_ip,
  nullIf(replaceRegexpOne(replaceRegexpOne(event.fileinfo.filename, '[?#].*$', ''), '(?s)^.*[\\\\/]', ''), '') AS file_name,
  filled(event.fileinfo.filename) AS file_path,
  event.fileinfo.size AS file_size,
  filled(event.fileinfo.mimetype) AS file_mime_type,
  lower(filled(event.fileinfo.sha256)) AS file_hash_sha256,
  lower(filled(event.fileinfo.sha1)) AS file_hash_sha1,
  lower(filled(event.fileinfo.md5)) AS file_hash_md5,
  nullIf(filled(event.app_proto), 'failed') AS app_name
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      fileinfo Tuple(filename Nullable(String), mimetype Nullable(String), md5 Nullable(String), sha1 Nullable(String), sha256 Nullable(String),
        size Nullable(UInt64)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"fileinfo"') > 0
  )
  WHERE event.event_type IN ('fileinfo')
)
-- include: guard.sql
