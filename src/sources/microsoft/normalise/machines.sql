-- into: device_inventory
-- format: defender-machine
-- Devices as the Defender for Endpoint interface lists them ("Machine resource type").
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"computerDnsName"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('defender-machine:', field('id')) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('id') AS device_uid,
  host_name(field('computerDnsName')) AS device_hostname,
  nullIf(address(field('lastIpAddress')), '0.0.0.0') AS device_ip,
  nullIf(address(field('lastExternalIpAddress')), '0.0.0.0') AS device_external_ip,
  nullIf(lower(arrayStringConcat(extractAll(replaceRegexpAll(JSONExtractString(row['ipaddresses'], 1, 'macAddress'), '[^0-9A-Fa-f]', ''), '..'), ':')), '') AS device_mac,
  trimBoth(concat(field('osPlatform'), ' ', ifNull(field('version'), ''))) AS device_os,
  arraySort(arrayDistinct(arrayFilter(name -> name NOT IN ('', 'UnassignedGroup'), arrayConcat([row['rbacgroupname']], JSONExtract(row['machinetags'], 'Array(String)'))))) AS device_groups,
  if(isNull(field('onboardingStatus')), NULL, lower(field('onboardingStatus')) = 'onboarded') AS device_is_managed,
  field('deviceValue') AS device_criticality,
  if(is_in_time(moment(field('firstSeen'))), moment(field('firstSeen')), NULL) AS first_seen_time,
  time AS last_seen_time
FROM (
  SELECT *, moment(field('lastSeen')) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(field('id')) AND isNotNull(field('computerDnsName')) AND isNull(field('alertCreationTime'))
