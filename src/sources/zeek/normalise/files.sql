-- into: file_activity
-- format: zeek-files-tsv, zeek-files-json
-- Zeek files.log: one file seen on the wire a line; the receiver is the destination (Zeek manual, files.log).
WITH
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(nullIf(fields[name], '-'), ''), '(empty)')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
SELECT
  concat('zeek-files:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Transfer' AS activity_name,
  coalesce(field('uid'), if(startsWith(fields['conn_uids'], '['), nullIf(JSONExtract(fields['conn_uids'], 'Array(String)')[1], ''), splitByChar(',', field('conn_uids'))[1])) AS connection_info_uid,
  address(coalesce(src, if(startsWith(fields['tx_hosts'], '['), JSONExtract(fields['tx_hosts'], 'Array(String)')[1], splitByChar(',', fields['tx_hosts'])[1]))) AS src_endpoint_ip,
  address(coalesce(field('id.resp_h'), field('id_resp_h'), if(startsWith(fields['rx_hosts'], '['), JSONExtract(fields['rx_hosts'], 'Array(String)')[1], splitByChar(',', fields['rx_hosts'])[1]))) AS dst_endpoint_ip,
  arrayElement(splitByChar('\\', replaceAll(field('filename'), '/', '\\')), -1) AS file_name,
  field('filename') AS file_path,
  coalesce(toUInt64OrNull(field('total_bytes')), toUInt64OrNull(field('seen_bytes'))) AS file_size,
  field('mime_type') AS file_mime_type,
  lower(field('sha256')) AS file_hash_sha256,
  lower(field('sha1')) AS file_hash_sha1,
  lower(field('md5')) AS file_hash_md5,
  lower(field('source')) AS app_name
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
  WHERE mapContains(fields, 'fuid') AND mapContains(fields, 'seen_bytes')
)
WHERE seconds >= 0 AND seconds < 7258118400
