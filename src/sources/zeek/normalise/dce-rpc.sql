-- into: rpc_activity
-- format: zeek-dce-rpc-tsv, zeek-dce-rpc-json
-- Zeek dce_rpc.log: one remote procedure call a line (Zeek manual, dce_rpc.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-dce-rpc:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Request' AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  'dcerpc' AS protocol_name,
  field('endpoint') AS rpc_interface,
  field('operation') AS rpc_operation,
  field('named_pipe') AS named_pipe
-- include: records-by-field.sql
  WHERE mapContains(fields, 'endpoint') AND mapContains(fields, 'operation')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
