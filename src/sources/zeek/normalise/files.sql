-- into: file_activity
-- format: zeek-files-tsv, zeek-files-json
-- Zeek files.log: one file seen on the wire a line; the receiver is the destination (Zeek manual, files.log).
WITH
  -- include: words.sql
  , coalesce(field('id.resp_h'), field('id_resp_h')) AS responder
SELECT
  concat('zeek-files:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Transfer' AS activity_name,
  coalesce(field('uid'), known(members(fields['conn_uids'])[1])) AS connection_info_uid,
  address(coalesce(known(members(fields['tx_hosts'])[1]), if(field('is_orig') IN ('F', 'false'), responder, src))) AS src_endpoint_ip,
  address(coalesce(known(members(fields['rx_hosts'])[1]), if(field('is_orig') IN ('F', 'false'), src, responder))) AS dst_endpoint_ip,
  base_name(field('filename')) AS file_name,
  field('filename') AS file_path,
  coalesce(toUInt64OrNull(field('total_bytes')), toUInt64OrNull(field('seen_bytes'))) AS file_size,
  field('mime_type') AS file_mime_type,
  lower(field('sha256')) AS file_hash_sha256,
  lower(field('sha1')) AS file_hash_sha1,
  lower(field('md5')) AS file_hash_md5,
  lower(field('source')) AS app_name
-- include: records-by-field.sql
  WHERE mapContains(fields, 'fuid') AND mapContains(fields, 'seen_bytes')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
