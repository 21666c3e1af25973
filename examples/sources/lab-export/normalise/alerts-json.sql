-- into: detection_finding
-- format: lab-alerts-json
-- One alert a line, as JSON.
WITH
  -- include: words.sql
SELECT
  -- include: alerts-columns.sql
FROM (
  SELECT file_uid, line_number, moment(event.timestamp) AS time, event.id AS id,
    nullIf(event.source, '') AS source, event.severity AS level, nullIf(event.title, '') AS title, nullIf(event.host, '') AS host,
    nullIf(event.user, '') AS user, event.technique AS technique
  FROM (
    SELECT file_uid, line_number,
      JSONExtract(line, 'Tuple(id Nullable(String), timestamp Nullable(String), source Nullable(String), severity Nullable(String),
        title Nullable(String), host Nullable(String), user Nullable(String), technique Nullable(String))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND title IS NOT NULL
