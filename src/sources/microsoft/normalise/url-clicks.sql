-- into: email_url_activity
-- format: hunting-click, hunting-csv
-- Links that people clicked in mail, Teams and Office: UrlClickEvents (Defender XDR reference).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"IsClickedThrough"', '"UrlClickEvents"', '"AdvancedHunting-UrlClickEvents"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-click:', ifNull(concat(field('reportId'), ':', toString(time)), record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Office 365' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Click' AS activity_name,
  multiIf(truth(field('isClickedThrough')), 'Allowed', match(row['actiontype'], '(?i)allowed'), 'Allowed', match(row['actiontype'], '(?i)block'), 'Blocked', NULL) AS disposition,
  field('networkMessageId') AS email_message_uid,
  mail_address(field('accountUpn')) AS user_email_addr,
  field('url') AS url_string,
  host_name(domain(row['url'])) AS url_hostname,
  address(field('ipAddress')) AS src_endpoint_ip,
  field('threatTypes') AS threat_classification
FROM (
  SELECT *, coalesce(moment(field('timestamp')), moment(field('timeGenerated'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(field('url'))
  AND (table_name = 'UrlClickEvents' OR (isNull(table_name) AND isNotNull(field('isClickedThrough')) AND isNotNull(field('accountUpn'))))
