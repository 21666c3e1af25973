-- Which alerts did the vendors raise in the window, each in its newest version, and how many of the same kind on the same device or person?
WITH
  newest AS (
    SELECT * FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    ORDER BY metadata_uid, version_time DESC, raw_file_uid DESC, raw_line_number DESC LIMIT 1 BY metadata_uid
  )
SELECT
  metadata_product_vendor_name AS vendor,
  metadata_product_name AS product,
  ifNull(finding_info_title, 'alert without a title') AS title,
  ifNull(coalesce(device_hostname, device_uid, user_email_addr, user_name, src_endpoint_ip), '') AS entity,
  count() AS alerts,
  transform(max(transform(ifNull(severity, ''), ['Critical', 'High', 'Medium', 'Low'], [4, 3, 2, 1], 0)), [4, 3, 2, 1], ['Critical', 'High', 'Medium', 'Low'], 'Informational') AS worst_severity,
  max(finding_info_desc) AS about,
  toString(min(coalesce(first_seen_time, time))) AS first_time,
  toString(max(coalesce(last_seen_time, time))) AS last_time,
  arraySlice(arraySort(groupUniqArray(status)), 1, 5) AS states,
  arraySlice(arraySort(groupUniqArray(incident_uid)), 1, 5) AS incidents,
  arraySort(arrayDistinct(arrayFlatten(groupArray(attack_techniques)))) AS techniques,
  arraySlice(arraySort(groupUniqArray(device_hostname)), 1, 10) AS devices,
  arraySlice(arraySort(groupUniqArray(device_ip)), 1, 10) AS device_addresses,
  arraySlice(arraySort(groupUniqArray(coalesce(user_email_addr, user_name))), 1, 10) AS users,
  arraySlice(arraySort(groupUniqArray(src_endpoint_ip)), 1, 10) AS sources,
  arraySlice(arraySort(groupUniqArray(dst_endpoint_ip)), 1, 10) AS destinations,
  arraySlice(arraySort(groupUniqArray(process_name)), 1, 5) AS processes,
  arraySlice(arraySort(groupUniqArray(process_cmd_line)), 1, 3) AS command_lines,
  arraySlice(arraySort(groupUniqArray(file_hash_sha256)), 1, 5) AS hashes,
  arraySlice(arraySort(groupArray((time, metadata_uid))), 1, 50).2 AS event_uids
FROM newest
GROUP BY vendor, product, title, entity
ORDER BY alerts DESC, vendor, product, title, entity
LIMIT 5000
