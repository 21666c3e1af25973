-- into: detection_finding
-- format: hunting-alert, microsoft-csv
-- Alerts in advanced hunting: the table AlertInfo (Defender XDR reference, "AlertInfo"). What an alert is about stands in AlertEvidence, row by
-- row, and is kept raw.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"AlertId"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('defender-alert:', field('alertId')) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  coalesce(product_named(field('serviceSource')), 'Defender XDR') AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('title') AS finding_info_title,
  arrayDistinct(arrayFilter(kind -> kind != '', [if(notEmpty(attack_tactics), '', row['category']), row['detectionsource']])) AS finding_info_types,
  severity_caption(field('severity')) AS severity,
  techniques_in(row['attacktechniques']) AS attack_techniques,
  tactics_of(splitByChar(',', if(startsWith(row['category'], 'AdvancedHunting-'), '', row['category']))) AS attack_tactics,
  time AS first_seen_time
FROM (
  SELECT *, coalesce(moment(field('timestamp')), moment(field('timeGenerated'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(field('alertId')) AND isNotNull(field('title'))
  AND (table_name = 'AlertInfo' OR (isNull(table_name) AND isNotNull(field('serviceSource')) AND isNull(field('entityType')) AND isNull(field('createdDateTime'))))
