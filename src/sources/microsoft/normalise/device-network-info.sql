-- into: device_inventory
-- format: hunting-device, microsoft-csv
-- The network adapters of a device: DeviceNetworkInfo (Defender XDR reference). Its address is the first that is neither its own alone nor
-- of the link.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"NetworkAdapterName"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('defender-device-network:', device_key, ':', ifNull(coalesce(field('macAddress'), field('networkAdapterName')), '')) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  arrayFirst(ip -> isNotNull(ip), arrayMap(entry -> address(JSONExtractString(entry, 'IPAddress')),
    arrayFilter(entry -> NOT match(JSONExtractString(entry, 'IPAddress'), '^(?:127\\.|169\\.254\\.|fe80:|::1)'), JSONExtractArrayRaw(row['ipaddresses'])))) AS device_ip,
  nullIf(lower(arrayStringConcat(extractAll(replaceRegexpAll(row['macaddress'], '[^0-9A-Fa-f]', ''), '..'), ':')), '') AS device_mac,
  time AS last_seen_time
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND (table_name = 'DeviceNetworkInfo' OR (isNull(table_name) AND action = '' AND isNotNull(field('ipAddresses')) AND isNotNull(field('networkAdapterName'))))
