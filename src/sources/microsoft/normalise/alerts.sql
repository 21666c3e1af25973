-- into: detection_finding
-- format: defender-alert
-- Alerts of Defender and its siblings, alone or inside an incident: Graph alerts_v2, the retired Graph alerts, alerts of the Defender
-- for Endpoint interface and those that an incident of the Defender XDR interface holds (Microsoft Graph reference,
-- "microsoft.graph.security.alert"; Defender for Endpoint reference, "Alert resource type"). All say the same under other names.
-- Evidence is a list of many kinds of things; of each kind the first counts. An address is where it went to when the alert is about a
-- device, else where it came from.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , incidents AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['"(?:createdDateTime|alertCreationTime|creationTime)"']) AND position(line, '"severity"') > 0 AND isValidJSON(line)
  )
  , candidates AS (
    SELECT file_uid, line_number, if(ordinal = 0, record_uid, concat(record_uid, ':', toString(ordinal))) AS record_uid, if(ordinal = 0, line, alert) AS line
    FROM (SELECT *, JSONExtractArrayRaw(line, 'alerts') AS alerts FROM incidents)
    LEFT ARRAY JOIN alerts AS alert, arrayEnumerate(alerts) AS ordinal
  )
SELECT
  concat('defender-alert:', ifNull(coalesce(field('alertId'), field('id')), record_uid)) AS metadata_uid,
  coalesce(if(is_in_time(updated_time), updated_time, NULL), time) AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  coalesce(product_named(coalesce(field('productName'), field('serviceSource'), inner_field('vendorInformation', 'provider'))), if(isNotNull(field('machineId')), 'Defender for Endpoint', 'Defender XDR')) AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  title AS finding_info_title,
  field('description') AS finding_info_desc,
  arrayDistinct(arrayFilter(kind -> kind != '', [if(notEmpty(attack_tactics), '', ifNull(field('category'), '')), ifNull(field('detectionSource'), ''), ifNull(nullIf(field('threatFamilyName'), ''), '')])) AS finding_info_types,
  field('alertWebUrl') AS finding_info_url,
  coalesce(field('incidentId'), nullIf(JSONExtractString(row['incidentids'], 1), '')) AS incident_uid,
  severity_caption(field('severity')) AS severity,
  field('status') AS status,
  nullIf(arrayStringConcat(arrayFilter(word -> lower(word) NOT IN ('', 'unknown', 'notavailable', 'unknownfuturevalue'), [ifNull(coalesce(field('classification'), field('feedback')), ''), ifNull(field('determination'), '')]), ': '), '') AS verdict,
  techniques_in(row['mitretechniques']) AS attack_techniques,
  tactics_of([ifNull(field('category'), '')]) AS attack_tactics,
  coalesce(said(device, ['mdeDeviceId', 'mdatpDeviceId', 'deviceId']), field('machineId')) AS device_uid,
  host_name(coalesce(said(device, ['deviceDnsName', 'hostName']), field('computerDnsName'), nullIf(JSONExtractString(row['hoststates'], 1, 'fqdn'), ''))) AS device_hostname,
  coalesce(address(said(device, ['lastIpAddress'])), address(nullIf(JSONExtractString(device, 'ipInterfaces', 1), '')), address(JSONExtractString(row['hoststates'], 1, 'privateIpAddress'))) AS device_ip,
  account(coalesce(said(person, ['userPrincipalName']), said(person, ['accountName']), inner_field('relatedUser', 'userName'), nullIf(JSONExtractString(row['userstates'], 1, 'userPrincipalName'), ''))) AS user_name,
  mail_address(coalesce(said(person, ['userPrincipalName']), said(mailbox, ['primaryAddress', 'mailboxAddress', 'userPrincipalName', 'upn', 'recipientEmailAddress', 'recipient']), nullIf(JSONExtractString(row['userstates'], 1, 'userPrincipalName'), ''))) AS user_email_addr,
  coalesce(if(device = '' AND isNull(field('machineId')), ip_address, NULL), address(said(mailbox, ['senderIp'])), address(JSONExtractString(row['userstates'], 1, 'logonIp'))) AS src_endpoint_ip,
  coalesce(if(device = '' AND isNull(field('machineId')), NULL, ip_address), address(JSONExtractString(row['networkconnections'], 1, 'destinationAddress'))) AS dst_endpoint_ip,
  toUInt16OrNull(JSONExtractString(row['networkconnections'], 1, 'destinationPort')) AS dst_endpoint_port,
  coalesce(nullIf(JSONExtractString(process, 'imageFile', 'fileName'), ''), said(process, ['fileName']), nullIf(JSONExtractString(row['processes'], 1, 'name'), '')) AS process_name,
  coalesce(said(process, ['processCommandLine']), nullIf(JSONExtractString(row['processes'], 1, 'commandLine'), '')) AS process_cmd_line,
  sha256_in([JSONExtractString(process, 'imageFile', 'sha256'), JSONExtractString(file, 'fileDetails', 'sha256'), JSONExtractString(process, 'sha256'), JSONExtractString(file, 'sha256')]) AS file_hash_sha256,
  coalesce(said(link, ['url']), nullIf(JSONExtractString(row['networkconnections'], 1, 'destinationUrl'), '')) AS url_string,
  if(is_in_time(first_time), first_time, NULL) AS first_seen_time,
  if(is_in_time(last_time), last_time, NULL) AS last_seen_time
FROM (
  SELECT *,
    evidence_of('user') AS user_evidence,
    if(user_evidence = '', JSONExtractRaw(process, 'userAccount'), if(JSONHas(user_evidence, 'userAccount'), JSONExtractRaw(user_evidence, 'userAccount'), user_evidence)) AS person,
    address(said(evidence_of('ip'), ['ipAddress'])) AS ip_address
  FROM (
    SELECT *,
      coalesce(field('title'), field('name')) AS title,
      moment(coalesce(field('lastUpdateDateTime'), field('lastUpdateTime'), field('lastUpdatedTime'), field('lastModifiedDateTime'))) AS updated_time,
      moment(coalesce(field('firstActivityDateTime'), field('firstEventTime'), field('firstActivity'), field('eventDateTime'))) AS first_time,
      moment(coalesce(field('lastActivityDateTime'), field('lastEventTime'), field('lastActivity'), field('eventDateTime'))) AS last_time,
      moment(coalesce(field('createdDateTime'), field('alertCreationTime'), field('creationTime'))) AS created_time,
      coalesce(if(is_in_time(last_time), last_time, NULL), if(is_in_time(first_time), first_time, NULL), created_time) AS time,
      arrayConcat(JSONExtractArrayRaw(row['evidence']), JSONExtractArrayRaw(row['entities'])) AS evidence,
      arrayMap(thing -> lower(replaceRegexpOne(concat(JSONExtractString(thing, '@odata.type'), JSONExtractString(thing, 'at_sign_odata_type'), JSONExtractString(thing, 'entityType')), '^.*\\.(\\w+)Evidence$', '\\1')), evidence) AS kinds,
      if(empty(JSONExtractArrayRaw(row['devices'])), evidence_of('device'), JSONExtractArrayRaw(row['devices'])[1]) AS device,
      evidence_of('process') AS process,
      evidence_of('file') AS file,
      evidence_of('url') AS link,
      arrayFirst((thing, kind) -> kind IN ('mailbox', 'analyzedmessage', 'mailmessage'), evidence, kinds) AS mailbox
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNull(table_name) AND isNotNull(title) AND isNotNull(field('severity')) AND isNotNull(coalesce(field('alertId'), field('id'))) AND is_in_time(created_time)
  AND isNotNull(coalesce(field('serviceSource'), field('detectionSource'), field('evidence'), field('vendorInformation'), field('detectorId')))
