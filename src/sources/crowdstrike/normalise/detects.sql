-- into: detection_finding
-- format: falcon-alert
-- Detections of the retired interface (Falcon API, DomainAPIDetectionDocument); of several behaviours the first is told, and the techniques of all.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"detection_id"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('falcon-detect:', field('detection_id')) AS metadata_uid,
  coalesce(moment(row['date_updated']), time) AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  coalesce(nullIf(JSONExtractString(behavior, 'display_name'), ''), nullIf(JSONExtractString(behavior, 'scenario'), ''), 'Detection') AS finding_info_title,
  nullIf(JSONExtractString(behavior, 'description'), '') AS finding_info_desc,
  arrayDistinct(arrayFilter(kind -> kind != '', arrayMap(one -> JSONExtractString(one, 'scenario'), behaviors))) AS finding_info_types,
  coalesce(severity_caption(row['max_severity_displayname']), severity_band(toFloat64OrNull(row['max_severity']))) AS severity,
  field('status') AS status,
  techniques_of(arrayMap(one -> JSONExtractString(one, 'technique_id'), behaviors)) AS attack_techniques,
  tactics_of(arrayMap(one -> JSONExtractString(one, 'tactic'), behaviors)) AS attack_tactics,
  coalesce(inner_field('device', 'device_id'), nullIf(JSONExtractString(behavior, 'device_id'), '')) AS device_uid,
  host_name(inner_field('device', 'hostname')) AS device_hostname,
  address(inner_field('device', 'local_ip')) AS device_ip,
  account(nullIf(JSONExtractString(behavior, 'user_name'), '')) AS user_name,
  nullIf(JSONExtractString(behavior, 'filename'), '') AS process_name,
  nullIf(JSONExtractString(behavior, 'cmdline'), '') AS process_cmd_line,
  sha256(JSONExtractString(behavior, 'sha256')) AS file_hash_sha256,
  moment(row['first_behavior']) AS first_seen_time,
  moment(row['last_behavior']) AS last_seen_time
FROM (
  SELECT *,
    JSONExtractArrayRaw(row['behaviors']) AS behaviors,
    behaviors[1] AS behavior,
    coalesce(moment(row['last_behavior']), moment(row['created_timestamp'])) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND isNotNull(field('detection_id')) AND isNotNull(field('behaviors'))
