-- into: http_activity
-- format: zeek-http-tsv, zeek-http-json
-- Zeek http.log: one request a line (Zeek manual, http.log).
WITH
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(nullIf(fields[name], '-'), ''), '(empty)')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
SELECT
  concat('zeek-http:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  upper(field('method')) AS http_request_http_method,
  hostname(replaceRegexpOne(field('host'), ':[0-9]+$', '')) AS http_request_url_hostname,
  field('uri') AS http_request_url_path,
  field('referrer') AS http_request_referrer,
  field('user_agent') AS http_request_user_agent,
  toUInt64OrNull(field('request_body_len')) AS http_request_length,
  toUInt16OrNull(field('status_code')) AS http_response_code,
  toUInt64OrNull(field('response_body_len')) AS http_response_length,
  if(startsWith(fields['resp_mime_types'], '['), nullIf(JSONExtract(fields['resp_mime_types'], 'Array(String)')[1], ''),
    splitByChar(',', field('resp_mime_types'))[1]) AS http_response_content_type,
  if(startsWith(fields['orig_mime_types'], '['), nullIf(JSONExtract(fields['orig_mime_types'], 'Array(String)')[1], ''),
    splitByChar(',', field('orig_mime_types'))[1]) AS http_request_content_type,
  field('username') AS actor_user_name,
  arrayFilter(uid -> uid NOT IN ('', '-', '(empty)'), arrayConcat(
    if(startsWith(fields['orig_fuids'], '['), JSONExtract(fields['orig_fuids'], 'Array(String)'), splitByChar(',', fields['orig_fuids'])),
    if(startsWith(fields['resp_fuids'], '['), JSONExtract(fields['resp_fuids'], 'Array(String)'), splitByChar(',', fields['resp_fuids'])))) AS file_uids
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
  WHERE mapContains(fields, 'method') AND mapContains(fields, 'uri')
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(address(src))
