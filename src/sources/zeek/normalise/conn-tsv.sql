-- into: network_activity
-- format: zeek-conn-tsv
-- Zeek conn.log, tab-separated: one connection a line; columns are found by the names of the #fields line (Zeek manual, conn.log).
WITH
  -- include: words.sql
  , (name -> known(values[nullIf(indexOf(names, name), 0)])) AS cell
SELECT
  -- include: conn-columns.sql
FROM (
  SELECT record_uid, file_uid, line_number, moment(cell('ts')) AS time, cell('uid') AS uid, cell('id.orig_h') AS orig_h, toUInt16OrNull(cell('id.orig_p')) AS orig_p,
    cell('id.resp_h') AS resp_h, toUInt16OrNull(cell('id.resp_p')) AS resp_p, cell('proto') AS proto, cell('service') AS service,
    toFloat64OrNull(cell('duration')) AS duration, toUInt64OrNull(cell('orig_bytes')) AS orig_bytes, toUInt64OrNull(cell('resp_bytes')) AS resp_bytes,
    cell('conn_state') AS conn_state, toUInt64OrNull(cell('orig_pkts')) AS orig_pkts, toUInt64OrNull(cell('resp_pkts')) AS resp_pkts,
    cell('orig_l2_addr') AS orig_l2_addr, cell('resp_l2_addr') AS resp_l2_addr
  FROM (
    SELECT record_uid, file_uid, line_number, splitByChar('\t', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT startsWith(line, '#')
  )
  WHERE length(values) = length(names)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(toIPv6OrNull(orig_h))
