-- into: detection_finding
-- format: lab-alerts-csv
-- One alert a line, as CSV.
WITH
  -- include: csv.sql
  ,
  -- include: words.sql
SELECT
  -- include: alerts-columns.sql
FROM (
  SELECT file_uid, line_number, moment(cell('timestamp')) AS time, cell('id') AS id,
    cell('source') AS source, cell('severity') AS level, cell('title') AS title, cell('host') AS host, cell('user') AS user,
    cell('technique') AS technique
  FROM (
    SELECT file_uid, line_number, cells(line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names) AND values != names
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND title IS NOT NULL
