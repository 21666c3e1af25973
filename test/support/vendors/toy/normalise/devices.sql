-- into: device_inventory
-- format: toy-device
-- Devices of the vendor that exists in tests only: versions of one object.
SELECT
  concat('toy-device:', ifNull(device.1, '')) AS metadata_uid,
  assumeNotNull(device.2) AS time,
  assumeNotNull(device.2) AS version_time,
  'Toy' AS metadata_product_vendor_name,
  'Toy' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  device.1 AS device_hostname
FROM (
  SELECT
    file_uid,
    line_number,
    (
      JSONExtract(line, 'toy_device', 'Nullable(String)'),
      parseDateTime64BestEffortOrNull(JSONExtractString(line, 'toy_seen'), 6, 'UTC')
    ) AS device
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line)
)
WHERE device.1 IS NOT NULL AND device.2 IS NOT NULL AND device.2 >= '1970-01-01' AND device.2 < '2200-01-01'
