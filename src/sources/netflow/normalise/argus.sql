-- into: network_activity
-- format: argus-binetflow
-- Argus bidirectional flows: one flow a line; times carry no zone and are taken as UTC (ra manual; direction arrows as in ra's `dir`).
WITH
  -- include: argus-names.sql
  -- include: words.sql
SELECT
  concat('argus:', record_uid) AS metadata_uid,
  time,
  after(time, seconds) AS end_time,
  'Argus' AS metadata_product_vendor_name,
  'Argus' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Traffic' AS activity_name,
  protocol(field('Proto')) AS connection_info_protocol_name,
  if(lower(field('Proto')) IN ('rtp', 'rtcp', 'udt'), lower(field('Proto')), NULL) AS app_name,
  field('State') AS connection_info_state,
  address(if(reversed, field('DstAddr'), field('SrcAddr'))) AS src_endpoint_ip,
  toUInt16OrNull(if(reversed, field('Dport'), field('Sport'))) AS src_endpoint_port,
  address(if(reversed, field('SrcAddr'), field('DstAddr'))) AS dst_endpoint_ip,
  toUInt16OrNull(if(reversed, field('Sport'), field('Dport'))) AS dst_endpoint_port,
  seconds AS duration_seconds,
  if(reversed, total - sent, sent) AS traffic_bytes_out,
  if(reversed, sent, total - sent) AS traffic_bytes_in,
  if(reversed, total_packets - sent_packets, sent_packets) AS traffic_packets_out,
  if(reversed, sent_packets, total_packets - sent_packets) AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number, values, moment(field('StartTime')) AS time, seconds_of(field('Dur')) AS seconds,
    ifNull(field('Dir') = '<-', 0) AS reversed,
    toUInt64OrNull(field('TotBytes')) AS total,
    if(toUInt64OrNull(field('SrcBytes')) <= total, toUInt64OrNull(field('SrcBytes')), NULL) AS sent,
    toUInt64OrNull(field('TotPkts')) AS total_packets,
    if(toUInt64OrNull(field('SrcPkts')) <= total_packets, toUInt64OrNull(field('SrcPkts')), NULL) AS sent_packets
  FROM (
    SELECT record_uid, file_uid, line_number, splitByChar(',', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND ifNull(lower(field('Proto')), '') NOT IN ('arp', 'rarp', 'llc')
  AND isNotNull(toIPv6OrNull(field('SrcAddr'))) AND isNotNull(toIPv6OrNull(field('DstAddr')))
