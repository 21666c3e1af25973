-- into: authentication
-- format: toy-event
-- Events of the vendor that exists in tests only.
SELECT
  concat('toy:', ifNull(event.1, '')) AS metadata_uid,
  assumeNotNull(event.2) AS time,
  'Toy' AS metadata_product_vendor_name,
  'Toy' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  event.3 AS user_name
FROM (
  SELECT
    file_uid,
    line_number,
    (
      JSONExtract(line, 'toy_id', 'Nullable(String)'),
      parseDateTime64BestEffortOrNull(JSONExtractString(line, 'toy_time'), 6, 'UTC'),
      JSONExtract(line, 'user', 'Nullable(String)')
    ) AS event
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line)
)
WHERE event.1 IS NOT NULL AND event.2 IS NOT NULL AND event.2 >= '1970-01-01' AND event.2 < '2200-01-01'
