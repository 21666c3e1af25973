-- into: authentication
-- format: zeek-ntlm-tsv, zeek-ntlm-json
-- Zeek ntlm.log: one NTLM authentication a line (Zeek manual, ntlm.log).
WITH
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(nullIf(fields[name], '-'), ''), '(empty)')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
SELECT
  concat('zeek-ntlm:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
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
  hostname(field('hostname')) AS src_endpoint_hostname,
  hostname(coalesce(field('server_dns_computer_name'), field('server_nb_computer_name'))) AS dst_endpoint_hostname
FROM (
  SELECT record_uid, file_uid, line_number, fields, coalesce(field('id.orig_h'), field('id_orig_h')) AS src,
    toDecimal64OrNull(field('ts'), 6) AS seconds
  FROM (
    SELECT record_uid, file_uid, line_number,
      if(startsWith(line, '{'), JSONExtract(line, 'Map(String, String)'),
        mapFromArrays(names, arrayResize(splitByChar('\t', line), length(names), ''))) AS fields
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT startsWith(line, '#')
  )
  WHERE mapContains(fields, 'domainname') AND mapContains(fields, 'hostname')
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(address(src))
