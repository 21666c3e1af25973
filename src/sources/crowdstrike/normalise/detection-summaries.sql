-- into: detection_finding
-- format: falcon-stream
-- Detections as Event Streams and the Data Replicator tell them: DetectionSummaryEvent, EppDetectionSummaryEvent, IdpDetectionSummaryEvent and their
-- kin (Falcon streaming API event dictionary). CompositeId is the id that the alert has in the interface.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, 'DetectionSummaryEvent"') > 0 AND isValidJSON(line)
  )
SELECT
  if(isNull(field('compositeId')), concat('falcon-detection:', coalesce(field('detectId'), field('detectionId'), field('eventUUID'), record_uid)), concat('falcon-alert:', field('compositeId'))) AS metadata_uid,
  coalesce(moment(row['eventcreationtime']), time) AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  coalesce(field('displayName'), field('name'), field('detectName'), 'Detection') AS finding_info_title,
  coalesce(field('description'), field('detectDescription')) AS finding_info_desc,
  arrayDistinct(arrayFilter(kind -> kind NOT IN ('', 'N/A'), [row['objective'], row['type'], if(empty(attack_tactics), row['tactic'], '')])) AS finding_info_types,
  field('falconHostLink') AS finding_info_url,
  field('aggregateId') AS incident_uid,
  coalesce(severity_caption(row['severityname']), severity_band(toFloat64OrNull(row['severity']))) AS severity,
  field('patternDispositionDescription') AS status,
  techniques_of(arrayConcat([row['techniqueid']], arrayMap(entry -> JSONExtractString(entry, 'TechniqueID'), JSONExtractArrayRaw(row['mitreattack'])))) AS attack_techniques,
  tactics_of(arrayConcat([row['tactic']], arrayMap(entry -> JSONExtractString(entry, 'Tactic'), JSONExtractArrayRaw(row['mitreattack'])))) AS attack_tactics,
  coalesce(field('agentIdString'), field('sensorId'), field('sourceEndpointSensorId'), agent) AS device_uid,
  host_name(coalesce(field('hostname'), field('computerName'), field('endpointName'), field('sourceEndpointHostName'))) AS device_hostname,
  coalesce(address(row['localip']), address(row['localipv6'])) AS device_ip,
  account(coalesce(field('userName'), field('sourceAccountName'))) AS user_name,
  mail_address(coalesce(field('sourceAccountUpn'), field('userPrincipal'), field('userName'))) AS user_email_addr,
  coalesce(address(row['sourceendpointipaddress']), address(row['sourceendpointaddressip4']), address(row['endpointip'])) AS src_endpoint_ip,
  address(JSONExtractString(network, 'RemoteAddress')) AS dst_endpoint_ip,
  toUInt16OrNull(JSONExtract(network, 'RemotePort', 'String')) AS dst_endpoint_port,
  coalesce(field('fileName'), base_name(field('imageFileName'))) AS process_name,
  field('commandLine') AS process_cmd_line,
  sha256(row['sha256string']) AS file_hash_sha256,
  coalesce(moment(row['processstarttime']), moment(row['starttimeepoch']), time) AS first_seen_time,
  coalesce(moment(row['processendtime']), moment(row['endtimeepoch']), time) AS last_seen_time
FROM (
  SELECT *,
    coalesce(field('eventType'), '') AS told_type,
    if(match(told_type, 'DetectionSummaryEvent$'), told_type, coalesce(field('externalApiType'), event_name)) AS kind,
    JSONExtractArrayRaw(row['networkaccesses'])[1] AS network,
    coalesce(moment(row['utctimestamp']), moment(row['contexttimestamp']), moment(row['processstarttime']), moment(row['timestamp']), moment(row['eventcreationtime'])) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(kind, 'DetectionSummaryEvent$')
