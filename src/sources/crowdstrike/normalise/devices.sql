-- into: device_inventory
-- format: falcon-device
-- Hosts of the interface (Falcon API, DeviceapiDeviceSwagger): one sensor, as it was at modified_timestamp.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"device_id"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('falcon-device:', field('device_id')) AS metadata_uid,
  time AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('device_id') AS device_uid,
  host_name(field('hostname')) AS device_hostname,
  host_name(field('machine_domain')) AS device_domain,
  coalesce(address(row['local_ip']), address(row['connection_ip'])) AS device_ip,
  address(row['external_ip']) AS device_external_ip,
  hardware_address(field('mac_address')) AS device_mac,
  coalesce(field('os_product_name'), field('os_version'), field('platform_name')) AS device_os,
  coalesce(field('product_type_desc'), field('chassis_type_desc')) AS device_type,
  account(coalesce(field('last_login_user'), field('email'))) AS device_owner_user_name,
  arraySort(arrayDistinct(arrayFilter(name -> name != '', arrayConcat(JSONExtract(row['groups'], 'Array(String)'), JSONExtract(row['tags'], 'Array(String)'))))) AS device_groups,
  true AS device_is_managed,
  field('criticality') AS device_criticality,
  moment(row['first_seen']) AS first_seen_time,
  moment(row['last_seen']) AS last_seen_time
FROM (
  SELECT *, coalesce(moment(row['modified_timestamp']), moment(row['last_seen']), moment(row['first_seen'])) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND isNotNull(field('device_id')) AND isNotNull(coalesce(field('hostname'), field('agent_version'), field('platform_name')))
  AND isNull(field('composite_id')) AND isNull(field('behaviors')) AND event_name = ''
