-- into: authentication
-- format: hunting-sign-in, microsoft-csv
-- Sign-ins in advanced hunting: EntraIdSignInEvents and EntraIdSpnSignInEvents, before that AADSignInEventsBeta and
-- AADSpnSignInEventsBeta (Defender XDR reference). RequestId is the id that the sign-in has elsewhere. Risk levels and results of
-- conditional access are numbers there; they become the words that sign-ins have elsewhere.
WITH
  -- include: words.sql
  -- include: sign-in-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"ErrorCode"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('entra-sign-in:', ifNull(concat(field('requestId'), ':', ifNull(field('errorCode'), '')), record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  kind AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  sign_in_status(field('errorCode')) AS status,
  field('errorCode') AS status_code,
  if(field('errorCode') = '0', NULL, said(arrayFirst(step -> JSONExtractString(step, 'succeeded') = 'false', steps), ['authenticationStepResultDetail', 'detail'])) AS status_detail,
  coalesce(mail_address(field('accountUpn')), account(coalesce(field('accountUpn'), field('servicePrincipalName'), field('application')))) AS user_name,
  coalesce(field('accountObjectId'), field('servicePrincipalId')) AS user_uid,
  mail_address(field('accountUpn')) AS user_email_addr,
  multiIf(kind = 'managedIdentity', 'Managed Identity', kind = 'servicePrincipal', 'Service Principal', truth(field('isGuestUser')), 'Guest', truth(field('isGuestUser')) = false, 'Member', NULL) AS user_type,
  -- What was asked of the directory tells the protocol: "OAuth2:Token", "DeviceAuth", "Saml2", "WsFed".
  multiIf(
    isNotNull(nullIf(field('authenticationProtocol'), 'none')), field('authenticationProtocol'),
    match(endpoint_call, '(?i)device ?(?:code|auth)'), 'deviceCode',
    match(endpoint_call, '(?i)ropc'), 'ropc',
    match(endpoint_call, '(?i)saml'), 'saml20',
    match(endpoint_call, '(?i)ws-?fed'), 'wsFederation',
    match(endpoint_call, '(?i)oauth2'), 'oAuth2',
    NULL) AS auth_protocol,
  if(kind = 'interactiveUser', 'Interactive', NULL) AS logon_type,
  kind = 'interactiveUser' AS is_interactive,
  transform(row['authenticationrequirement'], ['multiFactorAuthentication', 'singleFactorAuthentication'], [true, false], NULL) AS is_mfa,
  coalesce(
    nullIf(arrayStringConcat(arrayDistinct(arrayFilter(method -> method NOT IN ('', 'Previously satisfied'), arrayMap(step -> ifNull(said(step, ['authenticationMethod', 'method']), ''), steps))), ', '), ''),
    nullIf(arrayFirst(told -> match(told, '(?i)MFA'), arrayMap(step -> ifNull(said(step, ['authenticationStepResultDetail', 'detail']), ''), steps)), '')) AS mfa_detail,
  coalesce(field('application'), field('applicationId')) AS service_name,
  field('resourceDisplayName') AS resource_name,
  field('sessionId') AS session_uid,
  address(field('ipAddress')) AS src_endpoint_ip,
  field('country') AS src_endpoint_location_country,
  field('city') AS src_endpoint_location_city,
  toFloat64OrNull(field('latitude')) AS src_endpoint_location_latitude,
  toFloat64OrNull(field('longitude')) AS src_endpoint_location_longitude,
  coalesce(field('entraIdDeviceId'), field('aadDeviceId')) AS device_uid,
  host_name(field('deviceName')) AS device_hostname,
  truth(field('isManaged')) AS device_is_managed,
  field('osPlatform') AS device_os,
  field('userAgent') AS http_request_user_agent,
  field('clientAppUsed') AS client_app,
  coalesce(risk_word(field('riskLevelDuringSignIn')), risk_word(field('riskLevelAggregated'))) AS risk_level,
  nullIf(transform(row['conditionalaccessstatus'], ['0', '1', '2'], ['success', 'failure', 'notApplied'], row['conditionalaccessstatus']), '') AS conditional_access_status
FROM (
  SELECT *,
    coalesce(moment(field('timestamp')), moment(field('timeGenerated')), moment(field('time'))) AS time,
    row['endpointcall'] AS endpoint_call,
    JSONExtractArrayRaw(row['authenticationprocessingdetails']) AS steps,
    (isNotNull(field('servicePrincipalId')) OR isNotNull(field('servicePrincipalName'))) AND isNull(field('accountUpn')) AS is_by_service,
    multiIf(
      is_by_service, if(truth(field('isManagedIdentity')), 'managedIdentity', 'servicePrincipal'),
      position(row['logontype'], 'nonInteractiveUser') > 0, 'nonInteractiveUser',
      'interactiveUser') AS kind
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(field('errorCode'))
  AND (match(table_name, 'SignInEvents(?:Beta)?$') OR (isNull(table_name) AND isNotNull(field('application')) AND isNotNull(coalesce(field('accountUpn'), field('accountObjectId'), field('servicePrincipalId')))))
