-- into: device_inventory
-- format: hunting-device, microsoft-csv
-- What is known of a device, day by day: DeviceInfo (Defender XDR reference).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"OnboardingStatus"', '"OSPlatform"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-device:', device_key) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  address(field('publicIP')) AS device_external_ip,
  coalesce(field('osVersionInfo'), trimBoth(concat(field('osPlatform'), ' ', ifNull(field('osVersion'), ''))), field('osPlatform')) AS device_os,
  field('deviceType') AS device_type,
  account(nullIf(JSONExtractString(row['loggedonusers'], 1, 'UserName'), '')) AS device_owner_user_name,
  arraySort(arrayDistinct(arrayFilter(name -> name NOT IN ('', 'UnassignedGroup'), arrayConcat([row['machinegroup'], row['registrydevicetag']], JSONExtract(row['devicemanualtags'], 'Array(String)'), JSONExtract(row['devicedynamictags'], 'Array(String)'))))) AS device_groups,
  if(isNull(field('onboardingStatus')), NULL, field('onboardingStatus') = 'Onboarded') AS device_is_managed,
  field('assetValue') AS device_criticality,
  time AS last_seen_time
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND (table_name = 'DeviceInfo' OR (isNull(table_name) AND action = '' AND isNotNull(field('deviceId'))
  AND isNotNull(coalesce(field('onboardingStatus'), field('osBuild'), field('clientVersion'))) AND isNull(field('computerDnsName'))))
