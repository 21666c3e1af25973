-- into: email_url_activity
-- format: lab-emails-csv
-- An e-mail whose link was followed tells a second event, the click, as CSV.
WITH
  -- include: csv.sql
  ,
  -- include: words.sql
SELECT
  -- include: clicks-columns.sql
FROM (
  SELECT file_uid, line_number, moment(cell('clickTime')) AS time, cell('id') AS id,
    cell('recipient') AS recipient, cell('sender') AS sender, cell('senderIP') AS senderIP, cell('classification') AS classification,
    toFloat64OrNull(cell('phishScore')) AS phishScore, cell('disposition') AS action, cell('url') AS url
  FROM (
    SELECT file_uid, line_number, cells(line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
  WHERE length(values) = length(names) AND values != names
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND url IS NOT NULL
