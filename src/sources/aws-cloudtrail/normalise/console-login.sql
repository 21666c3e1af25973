-- into: authentication
-- format: aws-cloudtrail
-- CloudTrail ConsoleLogin events: sign-ins of people to the AWS console (AWS CloudTrail user guide, console sign-in events).
WITH
  -- include: words.sql
SELECT
  concat('aws-console-login:', ifNull(event.eventID, record_uid)) AS metadata_uid,
  time,
  'AWS' AS metadata_product_vendor_name,
  'CloudTrail' AS metadata_product_name,
  'ConsoleLogin' AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  if(event.responseElements.ConsoleLogin IN ('Success', 'Failure'), event.responseElements.ConsoleLogin, NULL) AS status,
  nullIf(event.errorMessage, '') AS status_detail,
  lower(coalesce(named(event.userIdentity.userName), last_part(event.userIdentity.arn))) AS user_name,
  coalesce(nullIf(event.userIdentity.arn, ''), nullIf(event.userIdentity.principalId, '')) AS user_uid,
  nullIf(event.userIdentity.type, '') AS user_type,
  'Interactive' AS logon_type,
  true AS is_interactive,
  multiIf(event.additionalEventData.MFAUsed = 'Yes', true, event.additionalEventData.MFAUsed = 'No', false, NULL) AS is_mfa,
  nullIf(event.eventSource, '') AS service_name,
  address(event.sourceIPAddress) AS src_endpoint_ip,
  nullIf(event.userAgent, '') AS http_request_user_agent
FROM (
  SELECT record_uid, file_uid, line_number,
    JSONExtract(line, 'Tuple(eventID Nullable(String), eventTime Nullable(String), `@timestamp` Nullable(String), eventName Nullable(String),
      eventSource Nullable(String), sourceIPAddress Nullable(String), userAgent Nullable(String), errorMessage Nullable(String),
      userIdentity Tuple(type Nullable(String), userName Nullable(String), arn Nullable(String), principalId Nullable(String)),
      responseElements Tuple(ConsoleLogin Nullable(String)), additionalEventData Tuple(MFAUsed Nullable(String)))') AS event,
    moment(coalesce(event.eventTime, event.`@timestamp`)) AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE position(line, 'ConsoleLogin') > 0 AND JSONExtractString(line, 'eventName') = 'ConsoleLogin'
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
