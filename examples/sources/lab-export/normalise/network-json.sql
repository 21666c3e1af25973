-- into: network_activity
-- format: lab-network-json
-- One connection a line, as JSON. What is no number where a number belongs, or no JSON at all, is read as NULL.
WITH
  -- include: words.sql
SELECT
  -- include: network-columns.sql
FROM (
  SELECT file_uid, line_number, ordinal, moment(event.timestamp) AS time,
    nullIf(event.host, '') AS host, event.source_ip AS source_ip, nullIf(event.user, '') AS user, event.destination_ip AS destination_ip,
    nullIf(event.domain, '') AS domain, event.destination_port AS destination_port, nullIf(event.protocol, '') AS protocol,
    nullIf(event.process, '') AS process, event.bytes_out AS bytes_out, event.bytes_in AS bytes_in, event.duration_ms AS duration_ms
  FROM (
    SELECT file_uid, line_number, ordinal,
      JSONExtract(line, 'Tuple(timestamp Nullable(String), host Nullable(String), source_ip Nullable(String), user Nullable(String),
        destination_ip Nullable(String), domain Nullable(String), destination_port Nullable(UInt16), protocol Nullable(String),
        process Nullable(String), bytes_out Nullable(UInt64), bytes_in Nullable(UInt64), duration_ms Nullable(UInt64))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND isNotNull(toIPv6OrNull(source_ip)) AND isNotNull(toIPv6OrNull(destination_ip))
