  concat('lab-asset:', lower(hex(sipHash128(toString((host, ip, type, owner)))))) AS metadata_uid,
  -- A list of assets has no time of its own: the beginning of the epoch says so, and what any other source knows is newer.
  toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AS version_time,
  version_time AS time,
  'Lab' AS metadata_product_vendor_name,
  'Lab export' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  hostname(host) AS device_hostname,
  address(ip) AS device_ip,
  initcap(type) AS device_type,
  lower(owner) AS device_owner_user_name
