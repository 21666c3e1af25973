-- into: api_activity
-- format: aws-cloudtrail
-- CloudTrail events: one API call a record (AWS CloudTrail user guide, record contents). `detail` keeps the request parameters.
WITH
  -- include: words.sql
SELECT
  if(event.eventID IS NULL, concat('aws-cloudtrail:', record_uid), concat('aws-cloudtrail:', event.eventID, ':', ifNull(event.recipientAccountId, ''))) AS metadata_uid,
  time,
  'AWS' AS metadata_product_vendor_name,
  'CloudTrail' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  nullIf(event.eventName, '') AS api_operation,
  nullIf(event.eventSource, '') AS api_service_name,
  if(nullIf(event.errorCode, '') IS NULL AND ifNull(event.responseElements.ConsoleLogin, '') != 'Failure', 'Success', 'Failure') AS status,
  nullIf(event.errorCode, '') AS status_code,
  nullIf(event.errorMessage, '') AS status_detail,
  lower(coalesce(named(event.userIdentity.userName), last_part(event.userIdentity.arn), nullIf(event.userIdentity.invokedBy, ''))) AS actor_user_name,
  coalesce(nullIf(event.userIdentity.arn, ''), nullIf(event.userIdentity.principalId, '')) AS actor_user_uid,
  nullIf(event.userIdentity.type, '') AS actor_user_type,
  nullIf(event.userIdentity.invokedBy, '') AS actor_app_name,
  nullIf(event.userIdentity.principalId, '') AS actor_session_uid,
  nullIf(event.userIdentity.sessionContext.sessionIssuer.userName, '') AS actor_session_issuer,
  nullIf(event.userIdentity.accessKeyId, '') AS actor_access_key_uid,
  address(event.sourceIPAddress) AS src_endpoint_ip,
  nullIf(event.userAgent, '') AS http_request_user_agent,
  nullIf(event.resources[1].type, '') AS resource_type,
  coalesce(nullIf(event.requestParameters.bucketName, ''), nullIf(event.resources[1].ARN, '')) AS resource_name,
  nullIf(event.requestParameters.key, '') AS resource_uid,
  coalesce(nullIf(event.recipientAccountId, ''), nullIf(event.userIdentity.accountId, '')) AS cloud_account_uid,
  nullIf(event.awsRegion, '') AS cloud_region,
  lower(nullIf(event.requestParameters.userName, '')) AS target_user_name,
  toUInt64OrNull(toString(event.additionalEventData.bytesTransferredOut)) AS traffic_bytes_out,
  nullIf(substring(JSONExtractRaw(line, 'requestParameters'), 1, 4000), 'null') AS detail
FROM (
  SELECT record_uid, file_uid, line_number, line,
    JSONExtract(line, 'Tuple(eventID Nullable(String), eventTime Nullable(String), `@timestamp` Nullable(String), eventName Nullable(String),
      eventSource Nullable(String), awsRegion Nullable(String), sourceIPAddress Nullable(String), userAgent Nullable(String),
      errorCode Nullable(String), errorMessage Nullable(String), recipientAccountId Nullable(String),
      userIdentity Tuple(type Nullable(String), userName Nullable(String), arn Nullable(String), principalId Nullable(String),
        accountId Nullable(String), accessKeyId Nullable(String), invokedBy Nullable(String),
        sessionContext Tuple(sessionIssuer Tuple(userName Nullable(String)))),
      requestParameters Tuple(bucketName Nullable(String), key Nullable(String), userName Nullable(String)),
      responseElements Tuple(ConsoleLogin Nullable(String)), additionalEventData Tuple(bytesTransferredOut Nullable(Float64)),
      resources Array(Tuple(ARN Nullable(String), type Nullable(String))))') AS event,
    moment(coalesce(event.eventTime, event.`@timestamp`)) AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE JSONHas(line, 'userIdentity')
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND event.eventName IS NOT NULL AND event.eventSource IS NOT NULL
