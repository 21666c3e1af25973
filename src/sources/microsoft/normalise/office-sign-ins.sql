-- into: authentication
-- format: office-audit, microsoft-csv
-- Sign-ins in the unified audit log: UserLoggedIn and UserLoginFailed of Entra ID ("Office 365 Management Activity API schema").
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"User(?:LoggedIn|LoginFailed)"']) AND isValidJSON(line))
  )
SELECT
  concat('office-audit:', ifNull(uid, record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Office 365' AS metadata_product_name,
  operation AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  if(operation = 'UserLoggedIn', 'Success', 'Failure') AS status,
  field('errorNumber') AS status_code,
  field('logonError') AS status_detail,
  account(who) AS user_name,
  field('userKey') AS user_uid,
  mail_address(who) AS user_email_addr,
  coalesce(field('applicationDisplayName'), field('applicationId')) AS service_name,
  coalesce(inner_field('appAccessContext', 'AADSessionId'), named(row['deviceproperties'], 'SessionId')) AS session_uid,
  address(where_from) AS src_endpoint_ip,
  host_name(named(row['deviceproperties'], 'DisplayName')) AS device_hostname,
  named(row['deviceproperties'], 'OS') AS device_os,
  coalesce(field('userAgent'), named(row['extendedproperties'], 'UserAgent')) AS http_request_user_agent
FROM (
  -- include: office.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND is_office_record AND is_sign_in
