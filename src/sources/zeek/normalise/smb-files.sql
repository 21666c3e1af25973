-- into: smb_activity
-- format: zeek-smb-files-tsv, zeek-smb-files-json
-- Zeek smb_files.log: one action on a file of a share a line (Zeek manual, smb_files.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-smb-files:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  replaceOne(field('action'), 'SMB::', '') AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  if(isNull(toIPv6OrNull(splitByChar('\\', field('path'))[3])), host_name(splitByChar('\\', field('path'))[3]), NULL) AS dst_endpoint_hostname,
  nullIf(splitByChar('\\', field('path'))[4], '') AS share,
  base_name(field('name')) AS file_name,
  field('name') AS file_path,
  toUInt64OrNull(field('size')) AS file_size
-- include: records-by-field.sql
  WHERE mapContains(fields, 'action') AND startsWith(fields['action'], 'SMB::')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
