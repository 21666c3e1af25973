-- into: authentication
-- format: zeek-kerberos-tsv, zeek-kerberos-json
-- Zeek kerberos.log: one ticket request a line (Zeek manual, kerberos.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-kerberos:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(field('request_type') = 'AS', 'Authentication Ticket', field('request_type') = 'TGS', 'Service Ticket Request', 'Preauth') AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  multiIf(field('success') IN ('T', 'true'), 'Success', field('success') IN ('F', 'false'), 'Failure', NULL) AS status,
  field('error_msg') AS status_detail,
  'Kerberos' AS auth_protocol,
  nullIf(lower(splitByChar('/', field('client'))[1]), '') AS user_name,
  nullIf(lower(splitByChar('/', field('client'))[2]), '') AS user_domain,
  field('service') AS service_name,
  -- In the words of RFC 3961's names, as other sources have them.
  upper(field('cipher')) AS authentication_token_encryption_details_algorithm
-- include: records-by-field.sql
  WHERE mapContains(fields, 'request_type') OR fields['@stream'] = 'kerberos' OR fields['_path'] = 'kerberos' OR (mapContains(fields, 'till') AND mapContains(fields, 'cipher'))
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
