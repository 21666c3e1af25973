-- into: authentication
-- format: entra-sign-in, microsoft-csv
-- Sign-ins of people, service principals and managed identities: Graph signIn resources, Azure Monitor categories and Log Analytics
-- tables whose names end in SignInLogs (Microsoft Graph reference, "signIn"; Azure Monitor reference, "SigninLogs").
WITH
  -- include: words.sql
  -- include: sign-in-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['(?i)sign-?inlogs', '"(?:[cC]reatedDateTime)"']) AND isValidJSON(line))
  )
SELECT
  -- A request is told again under its id when it ends otherwise than it began.
  concat('entra-sign-in:', ifNull(concat(sign_in_uid, ':', ifNull(code, '')), record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  kind AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  if(isNotNull(code), sign_in_status(code), transform(lower(ifNull(field('resultType'), '')), ['success', 'succeeded', 'failure', 'failed'], ['Success', 'Success', 'Failure', 'Failure'], NULL)) AS status,
  code AS status_code,
  if(code = '0', NULL, coalesce(inner_field('status', 'failureReason'), field('resultDescription'), inner_field('status', 'additionalDetails'))) AS status_detail,
  coalesce(mail_address(upn), account(upn), lower(principal)) AS user_name,
  coalesce(field('userId'), field('servicePrincipalId')) AS user_uid,
  mail_address(upn) AS user_email_addr,
  multiIf(kind = 'managedIdentity', 'Managed Identity', isNull(upn) AND isNotNull(principal), 'Service Principal',
    lower(field('userType')) = 'guest', 'Guest', lower(field('userType')) = 'member', 'Member', field('userType')) AS user_type,
  nullIf(field('authenticationProtocol'), 'none') AS auth_protocol,
  if(is_by_person, 'Interactive', NULL) AS logon_type,
  is_by_person AS is_interactive,
  multiIf(
    match(step_text, '(?i)^MFA (?:requirement satisfied|completed)'), true,
    field('authenticationRequirement') = 'multiFactorAuthentication', true,
    field('authenticationRequirement') = 'singleFactorAuthentication', false,
    isNotNull(inner_field('mfaDetail', 'authMethod')), true,
    NULL) AS is_mfa,
  coalesce(inner_field('mfaDetail', 'authMethod'), nullIf(arrayStringConcat(methods, ', '), ''), if(match(step_text, '(?i)MFA'), step_text, NULL)) AS mfa_detail,
  coalesce(field('appDisplayName'), field('appId')) AS service_name,
  field('resourceDisplayName') AS resource_name,
  field('sessionId') AS session_uid,
  address(coalesce(field('ipAddress'), field('callerIpAddress'))) AS src_endpoint_ip,
  coalesce(place_name('countryOrRegion'), if(startsWith(row['location'], '{'), NULL, field('location'))) AS src_endpoint_location_country,
  nullIf(place_name('city'), 'Unknown') AS src_endpoint_location_city,
  JSONExtract(place, 'geoCoordinates', 'latitude', 'Nullable(Float64)') AS src_endpoint_location_latitude,
  JSONExtract(place, 'geoCoordinates', 'longitude', 'Nullable(Float64)') AS src_endpoint_location_longitude,
  nullIf(toUInt32OrNull(field('autonomousSystemNumber')), 0) AS src_endpoint_autonomous_system_number,
  inner_field('deviceDetail', 'deviceId') AS device_uid,
  host_name(inner_field('deviceDetail', 'displayName')) AS device_hostname,
  truth(inner_field('deviceDetail', 'isManaged')) AS device_is_managed,
  inner_field('deviceDetail', 'operatingSystem') AS device_os,
  field('userAgent') AS http_request_user_agent,
  field('clientAppUsed') AS client_app,
  coalesce(field('riskLevelDuringSignIn'), field('riskLevelAggregated')) AS risk_level,
  field('conditionalAccessStatus') AS conditional_access_status
FROM (
  SELECT *,
    field('id') AS sign_in_uid,
    moment(coalesce(field('createdDateTime'), field('timeGenerated'), field('time'))) AS time,
    -- The result type is the code too, but some exports write a word there.
    coalesce(digits(inner_field('status', 'errorCode')), digits(field('resultType'))) AS code,
    field('userPrincipalName') AS upn,
    coalesce(field('servicePrincipalName'), field('servicePrincipalId')) AS principal,
    inner_field('status', 'additionalDetails') AS step_text,
    arrayDistinct(arrayFilter(method -> method NOT IN ('', 'Previously satisfied'), arrayMap(step -> JSONExtractString(step, 'authenticationMethod'), JSONExtractArrayRaw(row['authenticationdetails'])))) AS methods,
    if(startsWith(row['locationdetails'], '{'), row['locationdetails'], row['location']) AS place,
    lower(coalesce(if(match(field('category'), '(?i)SignInLogs$'), field('category'), NULL), table_name, '')) AS log,
    coalesce(
      nullIf(JSONExtractString(row['signineventtypes'], 1), ''),
      multiIf(position(log, 'noninteractive') > 0, 'nonInteractiveUser', position(log, 'managedidentity') > 0, 'managedIdentity', position(log, 'serviceprincipal') > 0, 'servicePrincipal',
        position(log, 'adfs') > 0, 'adfs', isNotNull(principal) AND isNull(upn), 'servicePrincipal',
        truth(field('isInteractive')) = false, 'nonInteractiveUser', 'interactiveUser')) AS kind,
    ifNull(truth(field('isInteractive')), kind IN ('interactiveUser', 'adfs')) AND kind NOT IN ('servicePrincipal', 'managedIdentity') AS is_by_person
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time)
  AND (match(log, 'sign-?inlogs$')
    OR (isNull(table_name) AND isNotNull(field('createdDateTime')) AND isNotNull(field('status')) AND (isNotNull(field('ipAddress')) OR isNotNull(field('appDisplayName')))))
