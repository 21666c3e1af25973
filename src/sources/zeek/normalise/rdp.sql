-- into: rdp_activity
-- format: zeek-rdp-tsv, zeek-rdp-json
-- Zeek rdp.log: one remote desktop connection a line (Zeek manual, rdp.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-rdp:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  lower(replaceRegexpOne(field('cookie'), '^.*[\\\\/]', '')) AS user_name,
  field('result') AS status,
  field('keyboard_layout') AS keyboard_layout,
  host_name(field('client_name')) AS src_endpoint_hostname
-- include: records-by-field.sql
  WHERE mapContains(fields, 'security_protocol') OR mapContains(fields, 'keyboard_layout')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
