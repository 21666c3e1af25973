-- into: device_inventory
-- format: ocsf-device
-- OCSF Device Inventory Info: what is known of a device, in as many versions as were told (OCSF 1.8 class 5001).
WITH
  -- include: words.sql
SELECT
  concat(lower(metadata_product_vendor_name), '/', lower(metadata_product_name), ':device:', coalesce(filled(plain(event.device.uid)), lower(filled(event.device.hostname)), lower(filled(event.device.name)), record_uid)) AS metadata_uid,
  -- include: product.sql
  time AS version_time,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  lower(filled(event.device.domain)) AS device_domain,
  address(coalesce(filled(event.device.ip), event.device.network_interfaces[1].ip)) AS device_ip,
  lower(coalesce(filled(event.device.mac), event.device.network_interfaces[1].mac)) AS device_mac,
  filled(event.device.os.name) AS device_os,
  coalesce(filled(event.device.type), nullIf(transform(ifNull(event.device.type_id, -1), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    ['Server', 'Desktop', 'Laptop', 'Tablet', 'Mobile', 'Virtual', 'IOT', 'Browser', 'Firewall', 'Switch', 'Hub', 'Router', 'IDS', 'IPS', 'Load Balancer'], ''), '')) AS device_type,
  account(coalesce(filled(event.device.owner.name), event.device.owner.email_addr)) AS device_owner_user_name,
  arraySort(arrayMap(one -> assumeNotNull(one.name), arrayFilter(one -> filled(one.name) IS NOT NULL, event.device.groups))) AS device_groups,
  event.device.is_managed AS device_is_managed,
  moment(event.device.first_seen_time, event.device.first_seen_time_dt) AS first_seen_time,
  moment(event.device.last_seen_time, event.device.last_seen_time_dt) AS last_seen_time
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), domain Nullable(String), ip Nullable(String), mac Nullable(String), type Nullable(String),
        type_id Nullable(Int32), os Tuple(name Nullable(String)), owner Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), groups Array(Tuple(name Nullable(String))), is_managed Nullable(Bool),
        network_interfaces Array(Tuple(ip Nullable(String), mac Nullable(String))), first_seen_time Nullable(String), first_seen_time_dt Nullable(String),
        last_seen_time Nullable(String), last_seen_time_dt Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '5001') > 0
  )
  WHERE event.class_uid IN ('5001')
)
-- include: time-guard.sql
