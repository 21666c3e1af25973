-- into: user_inventory
-- format: entra-directory, microsoft-csv
-- Who is in the directory: Graph user resources and the tables IdentityInfo of Defender XDR and of Sentinel. A user resource says not
-- when it was asked for: the collector writes the day beside it ("$asked"); else the latest of its own times stands for that, and the
-- beginning of the epoch where it has none.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"userPrincipalName"', '"AccountU(?:pn|PN)"']) AND isValidJSON(line))
  )
SELECT
  concat('entra-user:', ifNull(coalesce(field('accountObjectId'), field('id')), record_uid)) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'directory user' AS record_type,
  account(coalesce(field('onPremisesSamAccountName'), field('accountName'), upn)) AS user_name,
  coalesce(field('accountObjectId'), if(is_resource, field('id'), NULL)) AS user_uid,
  coalesce(mail_address(upn), mail_address(coalesce(field('mail'), field('emailAddress'), field('mailAddress')))) AS user_email_addr,
  coalesce(field('accountDisplayName'), field('displayName')) AS user_full_name,
  field('department') AS user_department,
  field('jobTitle') AS user_title,
  host_name(coalesce(field('onPremisesDomainName'), field('accountDomain'))) AS user_domain,
  coalesce(field('onPremisesSecurityIdentifier'), field('onPremSid'), field('accountSid'), field('securityIdentifier'), field('cloudSid')) AS user_sid,
  arrayFilter(name -> name != '', JSONExtract(row['groupmembership'], 'Array(String)')) AS user_groups,
  if(is_resource, NULL, coalesce(if(isNull(field('assignedRoles')), NULL, notEmpty(JSONExtractArrayRaw(row['assignedroles']))), lower(field('criticalityLevel')) IN ('0', 'critical', 'high', 'very high'))) AS is_privileged,
  lower(field('riskLevel')) AS risk_level,
  field('riskState') AS risk_state
FROM (
  SELECT *,
    coalesce(field('userPrincipalName'), field('accountUpn')) AS upn,
    isNull(table_name) AND isNull(field('accountObjectId')) AND (isNotNull(field('accountEnabled')) OR isNotNull(field('mailNickname')) OR isNotNull(field('jobTitle')) OR isNotNull(field('givenName'))
      OR isNotNull(field('businessPhones')) OR isNotNull(field('$asked'))) AND isNull(field('riskLastUpdatedDateTime')) AND isNull(field('ipAddress')) AND isNull(field('riskEventType')) AS is_resource,
    table_name = 'IdentityInfo' OR (isNull(table_name) AND isNotNull(field('accountObjectId')) AND isNotNull(field('accountDisplayName')) AND (isNotNull(field('isAccountEnabled')) OR isNotNull(field('jobTitle')))) AS is_table,
    if(is_resource,
      arrayReduce('max', arrayFilter(is_in_time, [ifNull(moment(field('createdDateTime')), toDateTime64('1970-01-01 00:00:00', 6, 'UTC')),
        ifNull(moment(field('lastPasswordChangeDateTime')), toDateTime64('1970-01-01 00:00:00', 6, 'UTC')),
        ifNull(moment(field('$asked')), toDateTime64('1970-01-01 00:00:00', 6, 'UTC')),
        ifNull(moment(inner_field('signInActivity', 'lastSignInDateTime')), toDateTime64('1970-01-01 00:00:00', 6, 'UTC'))])),
      moment(coalesce(field('timestamp'), field('timeGenerated'), field('time')))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(upn) AND (is_resource OR is_table)
