-- into: network_activity
-- format: lab-network-csv
-- One connection a line, as CSV.
WITH
  -- include: csv.sql
  ,
  -- include: words.sql
SELECT
  -- include: network-columns.sql
FROM (
  SELECT file_uid, line_number, ordinal, moment(cell('timestamp')) AS time,
    cell('host') AS host, cell('source_ip') AS source_ip, cell('user') AS user, cell('destination_ip') AS destination_ip,
    cell('domain') AS domain, toUInt16OrNull(cell('destination_port')) AS destination_port, cell('protocol') AS protocol,
    cell('process') AS process, toUInt64OrNull(cell('bytes_out')) AS bytes_out, toUInt64OrNull(cell('bytes_in')) AS bytes_in,
    toUInt64OrNull(cell('duration_ms')) AS duration_ms
  FROM (
    SELECT file_uid, line_number, ordinal, cells(line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names) AND values != names
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND isNotNull(toIPv6OrNull(source_ip)) AND isNotNull(toIPv6OrNull(destination_ip))
