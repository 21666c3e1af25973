-- into: network_activity
-- format: zeek-conn-tsv
-- Zeek conn.log, tab-separated: one connection a line; columns are found by the names of the #fields line (Zeek manual, conn.log).
WITH
  (
    SELECT arrayConcat(splitByChar('\t', substring(argMin(line, line_number), 9)),
      ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'service', 'duration', 'orig_bytes', 'resp_bytes',
       'conn_state', 'orig_pkts', 'resp_pkts', 'orig_l2_addr', 'resp_l2_addr'])
    FROM records(file = {file:String}, first = 1, last = 1000) WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(values[indexOf(names, name)], '-'), '')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address
SELECT
  concat('zeek-conn:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  toDateTime64(seconds + toDecimal64OrNull(field('duration'), 6), 6, 'UTC') AS end_time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  field('uid') AS connection_info_uid,
  lower(field('proto')) AS connection_info_protocol_name,
  field('conn_state') AS connection_info_state,
  address(field('id.orig_h')) AS src_endpoint_ip,
  toUInt16OrNull(field('id.orig_p')) AS src_endpoint_port,
  field('orig_l2_addr') AS src_endpoint_mac,
  address(field('id.resp_h')) AS dst_endpoint_ip,
  toUInt16OrNull(field('id.resp_p')) AS dst_endpoint_port,
  field('resp_l2_addr') AS dst_endpoint_mac,
  field('service') AS app_name,
  toFloat64OrNull(field('duration')) AS duration_seconds,
  toUInt64OrNull(field('orig_bytes')) AS traffic_bytes_out,
  toUInt64OrNull(field('resp_bytes')) AS traffic_bytes_in,
  toUInt64OrNull(field('orig_pkts')) AS traffic_packets_out,
  toUInt64OrNull(field('resp_pkts')) AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number, splitByChar('\t', line) AS values,
    toDecimal64OrNull(values[indexOf(names, 'ts')], 6) AS seconds
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE NOT startsWith(line, '#')
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(toIPv6OrNull(values[indexOf(names, 'id.orig_h')]))
