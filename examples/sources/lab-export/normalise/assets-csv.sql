-- into: device_inventory
-- format: lab-assets-csv
-- One device a line, as CSV.
WITH
  -- include: csv.sql
  ,
  -- include: words.sql
SELECT
  -- include: assets-columns.sql
FROM (
  SELECT file_uid, line_number, cell('host') AS host, cell('ip') AS ip, cell('type') AS type, cell('owner') AS owner
  FROM (
    SELECT file_uid, line_number, cells(line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names) AND values != names
)
WHERE host IS NOT NULL
