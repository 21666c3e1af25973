-- into: network_activity
-- format: nfdump-csv
-- nfdump's CSV output: one flow a line, in one direction unless `opkt`/`obyt` are filled; times without a zone are taken as UTC (nfdump manual).
WITH
  (SELECT splitByChar(',', argMin(line, line_number)) FROM records(file = {file:String}, first = 1, last = 1000) WHERE startsWith(line, 'ts,')) AS header,
  arrayConcat(header, ['ts', 'te', 'td', 'sa', 'da', 'sp', 'dp', 'pr', 'flg', 'ipkt', 'ibyt', 'opkt', 'obyt']) AS names,
  (name -> nullIf(trim(values[indexOf(names, name)]), '')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address
SELECT
  concat('nfdump:', record_uid) AS metadata_uid,
  time,
  parseDateTime64BestEffortOrNull(field('te'), 6, 'UTC') AS end_time,
  'nfdump' AS metadata_product_vendor_name,
  'nfdump' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  lower(field('pr')) AS connection_info_protocol_name,
  field('flg') AS connection_info_state,
  address(field('sa')) AS src_endpoint_ip,
  toUInt16OrNull(field('sp')) AS src_endpoint_port,
  address(field('da')) AS dst_endpoint_ip,
  toUInt16OrNull(field('dp')) AS dst_endpoint_port,
  toFloat64OrNull(field('td')) AS duration_seconds,
  toUInt64OrNull(field('ibyt')) AS traffic_bytes_out,
  toUInt64OrNull(field('ipkt')) AS traffic_packets_out,
  if(toUInt64OrNull(field('opkt')) > 0, toUInt64OrNull(field('obyt')), NULL) AS traffic_bytes_in,
  nullIf(toUInt64OrNull(field('opkt')), 0) AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number, values, parseDateTime64BestEffortOrNull(field('ts'), 6, 'UTC') AS time
  FROM (
    SELECT record_uid, file_uid, line_number, splitByChar(',', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(header)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND isNotNull(toIPv6OrNull(field('sa'))) AND isNotNull(toIPv6OrNull(field('da')))
