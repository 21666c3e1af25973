-- into: device_inventory
-- format: lab-assets-json
-- One device a line, as JSON.
WITH
  -- include: words.sql
SELECT
  -- include: assets-columns.sql
FROM (
  SELECT file_uid, line_number, nullIf(event.host, '') AS host, event.ip AS ip, nullIf(event.type, '') AS type, nullIf(event.owner, '') AS owner
  FROM (
    SELECT file_uid, line_number,
      JSONExtract(line, 'Tuple(host Nullable(String), ip Nullable(String), type Nullable(String), owner Nullable(String))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE host IS NOT NULL
