-- into: http_activity
-- format: zeek-http-tsv, zeek-http-json
-- Zeek http.log: one request a line (Zeek manual, http.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-http:', record_uid) AS metadata_uid,
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
  upper(field('method')) AS http_request_http_method,
  host_name(replaceRegexpOne(field('host'), ':[0-9]+$', '')) AS http_request_url_hostname,
  field('uri') AS http_request_url_path,
  field('referrer') AS http_request_referrer,
  field('user_agent') AS http_request_user_agent,
  toUInt64OrNull(field('request_body_len')) AS http_request_length,
  toUInt16OrNull(field('status_code')) AS http_response_code,
  toUInt64OrNull(field('response_body_len')) AS http_response_length,
  known(members(fields['resp_mime_types'])[1]) AS http_response_content_type,
  known(members(fields['orig_mime_types'])[1]) AS http_request_content_type,
  lower(field('username')) AS actor_user_name,
  arrayConcat(members(fields['orig_fuids']), members(fields['resp_fuids'])) AS file_uids
-- include: records-by-field.sql
  WHERE mapContains(fields, 'method') AND mapContains(fields, 'uri')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
