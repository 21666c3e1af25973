-- into: network_activity
-- format: zeek-ssl-tsv, zeek-ssl-json
-- Zeek ssl.log: one TLS handshake a line; joined with its connection by uid (Zeek manual, ssl.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-ssl:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'TLS Handshake' AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  'tcp' AS connection_info_protocol_name,
  'ssl' AS app_name,
  host_name(field('server_name')) AS tls_sni,
  field('version') AS tls_version,
  field('ja3') AS tls_ja3_hash,
  field('ja3s') AS tls_ja3s_hash,
  field('subject') AS tls_certificate_subject,
  field('issuer') AS tls_certificate_issuer,
  coalesce(field('validation_status'), if(field('established') IN ('F', 'false'), 'not established', NULL)) AS tls_status
-- include: records-by-field.sql
  WHERE mapContains(fields, 'established')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
