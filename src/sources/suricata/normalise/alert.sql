-- into: detection_finding
-- format: suricata-alert
-- Suricata alert events: one rule that matched each; severity 1 is the highest of the rule's classes (Suricata user guide; rule metadata as in Emerging Threats).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  time AS version_time,
  filled(event.alert.signature) AS finding_info_title,
  concat('Suricata rule ', toString(event.alert.signature_id), ', ', event.alert.action) AS finding_info_desc,
  arrayFilter(type -> type != '', arrayConcat([ifNull(event.alert.category, '')], event.alert.metadata.malware_family)) AS finding_info_types,
  multiIf(event.alert.severity = 1, 'High', event.alert.severity = 2, 'Medium', event.alert.severity = 3, 'Low', event.alert.severity IS NULL, NULL, 'Informational') AS severity,
  filled(event.alert.action) AS status,
  arraySort(arrayDistinct(arrayFilter(id -> match(id, '^T[0-9]{4}([.][0-9]{3})?$'), event.alert.metadata.mitre_technique_id))) AS attack_techniques,
  arraySort(arrayDistinct(arrayFilter(id -> match(id, '^TA[0-9]{4}$'), event.alert.metadata.mitre_tactic_id))) AS attack_tactics,
  address(coalesce(filled(event.alert.source.ip), event.src_ip)) AS src_endpoint_ip,
  address(coalesce(filled(event.alert.target.ip), event.dest_ip)) AS dst_endpoint_ip,
  coalesce(event.alert.target.port, event.dest_port) AS dst_endpoint_port,
  lower(coalesce(filled(event.fileinfo.sha256), filled(event.files[1].sha256))) AS file_hash_sha256,
  if(filled(event.http.hostname) IS NULL, NULL, concat('http://', event.http.hostname, ifNull(event.http.url, ''))) AS url_string
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      alert Tuple(action Nullable(String), signature_id Nullable(UInt64), signature Nullable(String), category Nullable(String), severity Nullable(UInt32),
        source Tuple(ip Nullable(String)), target Tuple(ip Nullable(String), port Nullable(UInt16)),
        metadata Tuple(mitre_technique_id Array(String), mitre_tactic_id Array(String), malware_family Array(String))),
      http Tuple(hostname Nullable(String), url Nullable(String)), files Array(Tuple(sha256 Nullable(String))), fileinfo Tuple(sha256 Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"alert"') > 0
  )
  WHERE event.event_type IN ('alert') AND filled(event.alert.signature) IS NOT NULL
)
-- include: guard.sql
