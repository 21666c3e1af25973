-- into: ssh_activity
-- format: zeek-ssh-tsv, zeek-ssh-json
-- Zeek ssh.log: one SSH connection a line (Zeek manual, ssh.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-ssh:', record_uid) AS metadata_uid,
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
  multiIf(field('auth_success') IN ('T', 'true'), 'Success', field('auth_success') IN ('F', 'false'), 'Failure', NULL) AS status,
  toUInt32OrNull(field('auth_attempts')) AS auth_attempts,
  field('client') AS client_software,
  field('server') AS server_software,
  field('hassh') AS client_hassh
-- include: records-by-field.sql
  WHERE mapContains(fields, 'auth_attempts') OR (mapContains(fields, 'client') AND mapContains(fields, 'kex_alg'))
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
