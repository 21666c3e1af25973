-- into: device_inventory
-- format: entra-directory
-- Devices in the directory: Graph device resources (Microsoft Graph reference, "device"). Its time is the day on
-- which the collector asked for it, else the last sign-in of the device, else its registration.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['"approximateLastSignInDateTime"', '"registrationDateTime"', '"operatingSystem"']) AND isValidJSON(line)
  )
SELECT
  concat('entra-device:', ifNull(coalesce(field('deviceId'), field('id')), record_uid)) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  coalesce(field('deviceId'), field('id')) AS device_uid,
  host_name(field('displayName')) AS device_hostname,
  trimBoth(concat(field('operatingSystem'), ' ', ifNull(field('operatingSystemVersion'), ''))) AS device_os,
  field('profileType') AS device_type,
  truth(field('isManaged')) AS device_is_managed,
  if(is_in_time(moment(field('registrationDateTime'))), moment(field('registrationDateTime')), NULL) AS first_seen_time,
  if(is_in_time(moment(field('approximateLastSignInDateTime'))), moment(field('approximateLastSignInDateTime')), NULL) AS last_seen_time
FROM (
  SELECT *, coalesce(moment(field('$asked')), moment(field('approximateLastSignInDateTime')), moment(field('registrationDateTime')), moment(field('createdDateTime'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(field('operatingSystem')) AND isNotNull(field('displayName')) AND isNull(table_name)
