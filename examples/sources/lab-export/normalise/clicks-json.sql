-- into: email_url_activity
-- format: lab-emails-json
-- An e-mail whose link was followed tells a second event, the click, as JSON.
WITH
  -- include: words.sql
SELECT
  -- include: clicks-columns.sql
FROM (
  SELECT file_uid, line_number, moment(event.clickTime) AS time, event.id AS id,
    nullIf(event.recipient, '') AS recipient, nullIf(event.sender, '') AS sender, event.senderIP AS senderIP,
    nullIf(event.classification, '') AS classification, event.phishScore AS phishScore, nullIf(event.disposition, '') AS action,
    nullIf(event.url, '') AS url
  FROM (
    SELECT file_uid, line_number,
      JSONExtract(line, 'Tuple(id Nullable(String), messageTime Nullable(String), recipient Nullable(String), sender Nullable(String),
        senderIP Nullable(String), classification Nullable(String), phishScore Nullable(Float64), disposition Nullable(String),
        clickTime Nullable(String), url Nullable(String))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND url IS NOT NULL
