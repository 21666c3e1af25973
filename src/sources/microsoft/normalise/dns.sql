-- into: dns_activity
-- format: hunting-network, hunting-csv
-- Names that devices asked for: DnsConnectionInspected of DeviceNetworkEvents (seen on the wire, by the embedded Zeek) and
-- DnsQueryResponse of DeviceEvents (told by the resolver of the device).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"DnsConnectionInspected"', '"DnsQueryResponse"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-dns:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Query' AS activity_name,
  said(additional, ['uid']) AS connection_info_uid,
  lower(field('protocol')) AS connection_info_protocol_name,
  if(is_inbound, remote_ip, local_ip) AS src_endpoint_ip,
  if(is_inbound, remote_port, local_port) AS src_endpoint_port,
  if(is_inbound, local_ip, remote_ip) AS dst_endpoint_ip,
  if(is_inbound, local_port, remote_port) AS dst_endpoint_port,
  query AS query_hostname,
  coalesce(said(additional, ['qtype_name']), nullIf(JSONExtractString(results[1], 'DnsQueryType'), '')) AS query_type,
  said(additional, ['qclass_name']) AS query_class,
  said(additional, ['rcode_name']) AS rcode,
  arrayFilter(answer -> answer != '', arrayMap(answer -> coalesce(address(answer), lower(trimRight(answer, '.'))),
    arrayConcat(JSONExtract(JSONExtractString(additional, 'answers'), 'Array(String)'), arrayMap(result -> JSONExtractString(result, 'Result'), results)))) AS answers,
  JSONExtract(JSONExtractString(additional, 'TTLs'), 1, 'Nullable(Float64)') AS answer_ttl_seconds,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  if(is_inbound, NULL, local_ip) AS device_ip,
  initiating_user AS actor_user_name,
  base_name(initiating_path) AS actor_process_name,
  initiating_path AS actor_process_path
FROM (
  SELECT *,
    address(field('localIP')) AS local_ip,
    address(field('remoteIP')) AS remote_ip,
    toUInt16OrNull(field('localPort')) AS local_port,
    toUInt16OrNull(field('remotePort')) AS remote_port,
    JSONExtractString(additional, 'direction') = 'In' AS is_inbound,
    host_name(said(additional, ['query', 'DnsQueryString'])) AS query,
    JSONExtractArrayRaw(JSONExtract(additional, 'DnsQueryResult', 'String')) AS results
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND action IN ('DnsConnectionInspected', 'DnsQueryResponse') AND isNotNull(query)
