-- into: authentication
-- format: lab-signins-csv
-- One sign-in a line, as CSV.
WITH
  -- include: csv.sql
  ,
  -- include: words.sql
SELECT
  -- include: signins-columns.sql
FROM (
  SELECT file_uid, line_number, moment(cell('createdDateTime')) AS time,
    cell('id') AS id, cell('userPrincipalName') AS userPrincipalName, cell('appDisplayName') AS appDisplayName,
    cell('ipAddress') AS ipAddress, cell('city') AS city, cell('country') AS country, toFloat64OrNull(cell('latitude')) AS latitude,
    toFloat64OrNull(cell('longitude')) AS longitude, toInt64OrNull(cell('errorCode')) AS errorCode
  FROM (
    SELECT file_uid, line_number, cells(line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names) AND values != names
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND userPrincipalName IS NOT NULL AND errorCode IS NOT NULL
