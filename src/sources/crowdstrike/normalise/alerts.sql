-- into: detection_finding
-- format: falcon-alert
-- Alerts of the interface version 2 (Falcon API, DetectsAlert): endpoint, identity, OverWatch and the rest. Only composite_id and the times are
-- sure to be there. incident_uid is aggregate_id, which alerts of one process tree share.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"composite_id"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('falcon-alert:', field('composite_id')) AS metadata_uid,
  coalesce(moment(row['updated_timestamp']), time) AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  coalesce(field('display_name'), field('name'), field('scenario')) AS finding_info_title,
  field('description') AS finding_info_desc,
  arrayDistinct(arrayFilter(kind -> kind != '', [row['product'], row['type'], row['scenario']])) AS finding_info_types,
  field('falcon_host_link') AS finding_info_url,
  coalesce(nullIf(JSONExtractString(row['linked_case_ids'], 1), ''), field('aggregate_id')) AS incident_uid,
  coalesce(severity_caption(row['severity_name']), severity_band(toFloat64OrNull(row['severity']))) AS severity,
  field('status') AS status,
  field('resolution') AS verdict,
  techniques_of(arrayConcat([row['technique_id']], arrayMap(entry -> JSONExtractString(entry, 'technique_id'), JSONExtractArrayRaw(row['mitre_attack'])))) AS attack_techniques,
  tactics_of(arrayConcat([row['tactic']], arrayMap(entry -> JSONExtractString(entry, 'tactic'), JSONExtractArrayRaw(row['mitre_attack'])))) AS attack_tactics,
  coalesce(inner_field('device', 'device_id'), field('agent_id'), field('source_endpoint_sensor_id')) AS device_uid,
  host_name(coalesce(inner_field('device', 'hostname'), field('source_endpoint_host_name'), field('host_name'))) AS device_hostname,
  address(inner_field('device', 'local_ip')) AS device_ip,
  account(coalesce(field('user_name'), field('source_account_sam_account_name'), field('source_account_name'), field('user_principal'))) AS user_name,
  mail_address(coalesce(field('source_account_upn'), field('user_principal'), field('user_name'))) AS user_email_addr,
  coalesce(address(row['source_endpoint_ip_address']), address(row['source_endpoint_address_ip4']), address(row['source_endpoint_address_ip6']), if(network_direction = 'Inbound', network_ip, NULL)) AS src_endpoint_ip,
  if(network_direction = 'Inbound', NULL, network_ip) AS dst_endpoint_ip,
  if(network_direction = 'Inbound', NULL, toUInt16OrNull(JSONExtract(network, 'remote_port', 'String'))) AS dst_endpoint_port,
  coalesce(field('filename'), base_name(field('filepath'))) AS process_name,
  field('cmdline') AS process_cmd_line,
  sha256(row['sha256']) AS file_hash_sha256,
  coalesce(moment(row['start_time']), moment(row['context_timestamp']), time) AS first_seen_time,
  coalesce(moment(row['end_time']), moment(row['context_timestamp']), time) AS last_seen_time
FROM (
  SELECT *,
    coalesce(moment(row['timestamp']), moment(row['context_timestamp']), moment(row['created_timestamp'])) AS time,
    JSONExtractArrayRaw(row['network_accesses'])[1] AS network,
    address(JSONExtractString(network, 'remote_address')) AS network_ip,
    if(lower(JSONExtract(network, 'connection_direction', 'String')) IN ('1', 'inbound'), 'Inbound', 'Outbound') AS network_direction
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND isNotNull(field('composite_id')) AND isNull(agent) AND event_name = ''
