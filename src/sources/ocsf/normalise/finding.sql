-- into: detection_finding
-- format: ocsf-finding
-- OCSF Detection Finding: an alert, in as many versions as its product sent (OCSF 1.8 class 2004).
WITH
  -- include: words.sql
SELECT
  -- An alert is told again whenever it changes: its own uid stays, and the newest version counts.
  concat(lower(metadata_product_vendor_name), '/', lower(metadata_product_name), ':finding:', coalesce(filled(plain(event.finding_info.uid)), filled(plain(event.metadata.uid)), record_uid)) AS metadata_uid,
  -- include: product.sql
  coalesce(moment(event.finding_info.modified_time, event.finding_info.modified_time_dt), time) AS version_time,
  coalesce(filled(event.finding_info.title), filled(event.message)) AS finding_info_title,
  filled(event.finding_info.desc) AS finding_info_desc,
  arrayMap(type -> assumeNotNull(type), arrayFilter(type -> filled(type) IS NOT NULL, event.finding_info.types)) AS finding_info_types,
  coalesce(filled(event.finding_info.src_url), filled(event.src_url)) AS finding_info_url,
  -- include: severity.sql
  filled(event.status) AS status,
  filled(event.verdict) AS verdict,
  arraySort(arrayDistinct(arrayMap(attack -> assumeNotNull(coalesce(filled(attack.sub_technique.uid), attack.technique.uid)),
    arrayFilter(attack -> match(coalesce(filled(attack.sub_technique.uid), attack.technique.uid), '^T[0-9]{4}([.][0-9]{3})?$'), attacks)))) AS attack_techniques,
  arraySort(arrayDistinct(arrayMap(tactic -> assumeNotNull(coalesce(filled(tactic.uid), tactic.name)), arrayFilter(tactic -> coalesce(filled(tactic.uid), filled(tactic.name)) IS NOT NULL,
    arrayConcat(arrayMap(attack -> attack.tactic, attacks), arrayFlatten(arrayMap(attack -> attack.tactics, attacks))))))) AS attack_tactics,
  filled(coalesce(event.device.uid, evidence.device.uid)) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), filled(event.device.name), evidence.device.hostname)) AS device_hostname,
  address(coalesce(filled(event.device.ip), evidence.device.ip)) AS device_ip,
  account(coalesce(filled(person.name), person.email_addr)) AS user_name,
  lower(filled(person.email_addr)) AS user_email_addr,
  address(evidence.src_endpoint.ip) AS src_endpoint_ip,
  address(evidence.dst_endpoint.ip) AS dst_endpoint_ip,
  evidence.dst_endpoint.port AS dst_endpoint_port,
  coalesce(filled(evidence.process.name), filled(evidence.process.file.name), filled(evidence.actor.process.name), base_name(evidence.process.file.path)) AS process_name,
  coalesce(filled(evidence.process.cmd_line), filled(evidence.actor.process.cmd_line)) AS process_cmd_line,
  coalesce(hash_of(evidence.file.hashes, 3, 'sha256'), hash_of(evidence.process.file.hashes, 3, 'sha256')) AS file_hash_sha256,
  filled(evidence.url.url_string) AS url_string,
  moment(event.finding_info.first_seen_time, event.finding_info.first_seen_time_dt) AS first_seen_time,
  moment(event.finding_info.last_seen_time, event.finding_info.last_seen_time_dt) AS last_seen_time
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time,
    event.evidences[1] AS evidence, arrayConcat(event.attacks, event.finding_info.attacks) AS attacks,
    multiIf(coalesce(filled(event.user.name), filled(event.user.email_addr)) IS NOT NULL, event.user,
      coalesce(filled(event.actor.user.name), filled(event.actor.user.email_addr)) IS NOT NULL, event.actor.user,
      coalesce(filled(evidence.user.name), filled(evidence.user.email_addr)) IS NOT NULL, evidence.user, evidence.actor.user) AS person
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      finding_info Tuple(uid Nullable(String), title Nullable(String), desc Nullable(String), types Array(Nullable(String)), src_url Nullable(String),
        first_seen_time Nullable(String), first_seen_time_dt Nullable(String), last_seen_time Nullable(String), last_seen_time_dt Nullable(String),
        modified_time Nullable(String), modified_time_dt Nullable(String), attacks Array(Tuple(technique Tuple(uid Nullable(String)), sub_technique Tuple(uid Nullable(String)), tactic Tuple(uid Nullable(String), name Nullable(String)), tactics Array(Tuple(uid Nullable(String), name Nullable(String)))))),
      message Nullable(String), severity Nullable(String), severity_id Nullable(Int32), src_url Nullable(String), verdict Nullable(String), attacks Array(Tuple(technique Tuple(uid Nullable(String)), sub_technique Tuple(uid Nullable(String)), tactic Tuple(uid Nullable(String), name Nullable(String)), tactics Array(Tuple(uid Nullable(String), name Nullable(String))))),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)), user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)),
      evidences Array(Tuple(src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)), process Tuple(name Nullable(String), cmd_line Nullable(String), file Tuple(name Nullable(String), path Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String))))), file Tuple(name Nullable(String), path Nullable(String), size Nullable(UInt64), mime_type Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String)))), url Tuple(url_string Nullable(String)),
        user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '2004') > 0
  )
  WHERE event.class_uid IN ('2004')
)
-- include: time-guard.sql
