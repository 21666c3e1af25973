-- into: user_inventory
-- format: entra-risky-user, microsoft-csv
-- The state of risk of an account, and how it was before: Graph riskyUser, riskyUserHistoryItem and riskyServicePrincipal, the Azure
-- Monitor categories RiskyUsers and RiskyServicePrincipals, the tables AADRiskyUsers and AADRiskyServicePrincipals.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (match(line, '"[rR]iskLastUpdatedDateTime"') AND isValidJSON(line))
  )
SELECT
  concat('entra-risky-user:', ifNull(account_uid, record_uid)) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID Protection' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(isNull(field('userPrincipalName')) AND isNotNull(field('appId')), 'risky service principal', 'risky user') AS record_type,
  account(coalesce(field('userPrincipalName'), if(isNull(field('appId')), NULL, field('displayName')))) AS user_name,
  account_uid AS user_uid,
  mail_address(field('userPrincipalName')) AS user_email_addr,
  coalesce(field('userDisplayName'), field('displayName')) AS user_full_name,
  field('riskLevel') AS risk_level,
  field('riskState') AS risk_state,
  field('riskDetail') AS risk_detail
FROM (
  SELECT *,
    -- An item of the history has an id of its own.
    coalesce(field('userId'), field('id')) AS account_uid,
    moment(field('riskLastUpdatedDateTime')) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(coalesce(field('riskLevel'), field('riskState')))
