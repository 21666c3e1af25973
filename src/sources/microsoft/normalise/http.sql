-- into: http_activity
-- format: hunting-network, hunting-csv
-- Requests seen on the wire: HttpConnectionInspected of DeviceNetworkEvents (by the embedded Zeek, whose names the values bear).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"HttpConnectionInspected"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('defender-http:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  said(additional, ['uid']) AS connection_info_uid,
  if(is_inbound, remote_ip, local_ip) AS src_endpoint_ip,
  if(is_inbound, remote_port, local_port) AS src_endpoint_port,
  if(is_inbound, local_ip, remote_ip) AS dst_endpoint_ip,
  if(is_inbound, local_port, remote_port) AS dst_endpoint_port,
  said(additional, ['method']) AS http_request_http_method,
  host_name(said(additional, ['host'])) AS http_request_url_hostname,
  said(additional, ['uri']) AS http_request_url_path,
  said(additional, ['referrer']) AS http_request_referrer,
  said(additional, ['user_agent']) AS http_request_user_agent,
  toUInt64OrNull(said(additional, ['request_body_len'])) AS http_request_length,
  toUInt16OrNull(said(additional, ['status_code'])) AS http_response_code,
  toUInt64OrNull(said(additional, ['response_body_len'])) AS http_response_length,
  initiating_user AS actor_user_name,
  computer AS device_hostname
FROM (
  SELECT *,
    address(field('localIP')) AS local_ip,
    address(field('remoteIP')) AS remote_ip,
    toUInt16OrNull(field('localPort')) AS local_port,
    toUInt16OrNull(field('remotePort')) AS remote_port,
    JSONExtractString(additional, 'direction') = 'In' AS is_inbound
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND action = 'HttpConnectionInspected' AND isNotNull(coalesce(said(additional, ['host', 'uri', 'method']), NULL))
