-- into: smb_activity
-- format: zeek-smb-mapping-tsv, zeek-smb-mapping-json
-- Zeek smb_mapping.log: one share mapped a line (Zeek manual, smb_mapping.log).
WITH
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(nullIf(fields[name], '-'), ''), '(empty)')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
SELECT
  concat('zeek-smb-mapping:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'TREE_CONNECT' AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  hostname(splitByChar('\\', field('path'))[3]) AS dst_endpoint_hostname,
  splitByChar('\\', field('path'))[4] AS share,
  field('share_type') AS share_type
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
  WHERE mapContains(fields, 'share_type') AND mapContains(fields, 'path')
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(address(src))
