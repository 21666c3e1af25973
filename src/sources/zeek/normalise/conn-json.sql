-- into: network_activity
-- format: zeek-conn-json
-- Zeek conn.log as JSON lines, with keys in Zeek's form (id.orig_h) or flattened by a shipper (id_orig_h).
WITH (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address
SELECT
  concat('zeek-conn:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  toDateTime64(seconds + toDecimal64OrNull(toString(conn.duration), 6), 6, 'UTC') AS end_time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  conn.uid AS connection_info_uid,
  lower(conn.proto) AS connection_info_protocol_name,
  conn.conn_state AS connection_info_state,
  address(src) AS src_endpoint_ip,
  coalesce(conn.`id.orig_p`, conn.id_orig_p) AS src_endpoint_port,
  conn.orig_l2_addr AS src_endpoint_mac,
  address(coalesce(conn.`id.resp_h`, conn.id_resp_h)) AS dst_endpoint_ip,
  coalesce(conn.`id.resp_p`, conn.id_resp_p) AS dst_endpoint_port,
  conn.resp_l2_addr AS dst_endpoint_mac,
  nullIf(conn.service, '') AS app_name,
  conn.duration AS duration_seconds,
  conn.orig_bytes AS traffic_bytes_out,
  conn.resp_bytes AS traffic_bytes_in,
  conn.orig_pkts AS traffic_packets_out,
  conn.resp_pkts AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number,
    JSONExtract(line, 'Tuple(uid Nullable(String), `id.orig_h` Nullable(String), id_orig_h Nullable(String), `id.orig_p` Nullable(UInt16),
      id_orig_p Nullable(UInt16), `id.resp_h` Nullable(String), id_resp_h Nullable(String), `id.resp_p` Nullable(UInt16), id_resp_p Nullable(UInt16),
      proto Nullable(String), service Nullable(String), duration Nullable(Float64), orig_bytes Nullable(UInt64), resp_bytes Nullable(UInt64),
      conn_state Nullable(String), orig_pkts Nullable(UInt64), resp_pkts Nullable(UInt64), orig_l2_addr Nullable(String),
      resp_l2_addr Nullable(String))') AS conn,
    coalesce(toDecimal64OrNull(JSONExtractRaw(line, 'ts'), 6),
      toDecimal64(toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull(JSONExtractString(line, 'ts'), 6, 'UTC')) / 1000000, 6)) AS seconds,
    coalesce(conn.`id.orig_h`, conn.id_orig_h) AS src
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line) AND JSONHas(line, 'conn_state')
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(toIPv6OrNull(src))
