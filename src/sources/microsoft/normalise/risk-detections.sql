-- into: detection_finding
-- format: entra-risk-detection, microsoft-csv
-- Signs of risk in sign-ins and accounts: Graph riskDetection and servicePrincipalRiskDetection, the Azure Monitor categories
-- UserRiskEvents and ServicePrincipalRiskEvents, the tables AADUserRiskEvents and AADServicePrincipalRiskEvents. A level that is
-- hidden or none gives no severity. Techniques are those that additionalInfo names.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (match(line, '"[rR]iskEventType"') AND isValidJSON(line))
  )
SELECT
  concat('entra-risk-detection:', ifNull(field('id'), record_uid)) AS metadata_uid,
  coalesce(if(is_in_time(updated_time), updated_time, NULL), time) AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID Protection' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  concat('Risk detection: ', kind) AS finding_info_title,
  nullIf(arrayStringConcat(arrayFilter(part -> part != '', [ifNull(concat('Activity: ', field('activity')), ''), ifNull(concat('Detected: ', field('detectionTimingType')), ''), ifNull(concat('Source: ', field('source')), '')]), '; '), '') AS finding_info_desc,
  [kind] AS finding_info_types,
  severity_caption(field('riskLevel')) AS severity,
  field('riskState') AS status,
  nullIf(field('riskDetail'), 'none') AS verdict,
  techniques_in(named(row['additionalinfo'], 'mitreTechniques')) AS attack_techniques,
  account(coalesce(field('userPrincipalName'), field('servicePrincipalDisplayName'))) AS user_name,
  mail_address(field('userPrincipalName')) AS user_email_addr,
  address(field('ipAddress')) AS src_endpoint_ip,
  if(is_in_time(active_time), active_time, NULL) AS first_seen_time,
  if(is_in_time(active_time), active_time, NULL) AS last_seen_time
FROM (
  SELECT *,
    field('riskEventType') AS kind,
    moment(field('activityDateTime')) AS active_time,
    moment(coalesce(field('lastUpdatedDateTime'), field('detectedDateTime'))) AS updated_time,
    moment(coalesce(field('activityDateTime'), field('detectedDateTime'), field('timeGenerated'), field('time'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(kind) AND isNotNull(coalesce(field('riskLevel'), field('riskState')))
