-- into: network_activity
-- format: argus-binetflow
-- Argus bidirectional flows: one flow a line; times carry no zone and are taken as UTC (ra manual; direction arrows as in ra's `dir`).
WITH
  (SELECT splitByChar(',', argMin(line, line_number)) FROM records(file = {file:String}, first = 1, last = 1000) WHERE position(line, 'StartTime') IN (1, 4)) AS header,
  arrayConcat(arrayMap(name -> replaceOne(name, '\xEF\xBB\xBF', ''), header),
    ['StartTime', 'Dur', 'Proto', 'SrcAddr', 'Sport', 'Dir', 'DstAddr', 'Dport', 'State', 'TotPkts', 'TotBytes', 'SrcBytes']) AS names,
  (name -> nullIf(trim(values[indexOf(names, name)]), '')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address
SELECT
  concat('argus:', record_uid) AS metadata_uid,
  time,
  addMicroseconds(time, toUInt64(seconds * 1000000)) AS end_time,
  'Argus' AS metadata_product_vendor_name,
  'Argus' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  lower(field('Proto')) AS connection_info_protocol_name,
  field('State') AS connection_info_state,
  address(if(reversed, field('DstAddr'), field('SrcAddr'))) AS src_endpoint_ip,
  toUInt16OrNull(if(reversed, field('Dport'), field('Sport'))) AS src_endpoint_port,
  address(if(reversed, field('SrcAddr'), field('DstAddr'))) AS dst_endpoint_ip,
  toUInt16OrNull(if(reversed, field('Sport'), field('Dport'))) AS dst_endpoint_port,
  seconds AS duration_seconds,
  if(reversed, total - sent, sent) AS traffic_bytes_out,
  if(reversed, sent, total - sent) AS traffic_bytes_in
FROM (
  SELECT record_uid, file_uid, line_number, values,
    parseDateTime64BestEffortOrNull(field('StartTime'), 6, 'UTC') AS time,
    if(toFloat64OrNull(field('Dur')) >= 0 AND toFloat64OrNull(field('Dur')) < 1e9, toFloat64OrNull(field('Dur')), NULL) AS seconds,
    field('Dir') = '<-' AS reversed,
    toUInt64OrNull(field('TotBytes')) AS total,
    if(toUInt64OrNull(field('SrcBytes')) <= toUInt64OrNull(field('TotBytes')), toUInt64OrNull(field('SrcBytes')), NULL) AS sent
  FROM (
    SELECT record_uid, file_uid, line_number, splitByChar(',', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(header)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND field('Proto') NOT IN ('arp', 'rarp', 'llc')
  AND isNotNull(toIPv6OrNull(field('SrcAddr'))) AND isNotNull(toIPv6OrNull(field('DstAddr')))
