-- into: authentication
-- format: zeek-ntlm-tsv, zeek-ntlm-json
-- Zeek ntlm.log: one NTLM authentication a line (Zeek manual, ntlm.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-ntlm:', record_uid) AS metadata_uid,
  time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  multiIf(field('success') IN ('T', 'true'), 'Success', field('success') IN ('F', 'false'), 'Failure', NULL) AS status,
  'NTLM' AS auth_protocol,
  'Network' AS logon_type,
  lower(field('username')) AS user_name,
  lower(field('domainname')) AS user_domain,
  host_name(field('hostname')) AS src_endpoint_hostname,
  host_name(coalesce(field('server_dns_computer_name'), field('server_nb_computer_name'))) AS dst_endpoint_hostname
-- include: records-by-field.sql
  WHERE mapContains(fields, 'domainname') AND mapContains(fields, 'hostname')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
