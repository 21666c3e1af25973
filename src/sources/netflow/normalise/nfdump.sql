-- into: network_activity
-- format: nfdump-csv
-- nfdump's CSV output, by its older and newer column names: one flow a line, in one direction unless `opkt` and `obyt` are filled; times carry
-- no zone and are taken as UTC (nfdump manual).
WITH
  -- include: nfdump-names.sql
  -- include: words.sql
SELECT
  concat('nfdump:', record_uid) AS metadata_uid,
  time,
  coalesce(moment(field('te')), after(time, duration_seconds)) AS end_time,
  'nfdump' AS metadata_product_vendor_name,
  'nfdump' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  protocol(coalesce(field('pr'), field('proto'))) AS connection_info_protocol_name,
  field('flg') AS connection_info_state,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('sp'), field('srcPort'))) AS src_endpoint_port,
  address(dst) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('dp'), field('dstPort'))) AS dst_endpoint_port,
  seconds_of(coalesce(field('td'), field('duration'))) AS duration_seconds,
  toUInt64OrNull(coalesce(field('ibyt'), field('bytes'))) AS traffic_bytes_out,
  toUInt64OrNull(coalesce(field('ipkt'), field('packets'))) AS traffic_packets_out,
  if(toUInt64OrNull(field('opkt')) > 0, toUInt64OrNull(field('obyt')), NULL) AS traffic_bytes_in,
  nullIf(toUInt64OrNull(field('opkt')), 0) AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number, values, moment(coalesce(field('ts'), field('firstSeen'))) AS time,
    coalesce(field('sa'), field('srcAddr')) AS src, coalesce(field('da'), field('dstAddr')) AS dst
  FROM (
    SELECT record_uid, file_uid, line_number, splitByChar(',', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND isNotNull(toIPv6OrNull(src)) AND isNotNull(toIPv6OrNull(dst))
