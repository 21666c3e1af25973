-- into: email_activity
-- format: ocsf-email
-- OCSF Email Activity: one message; what was allowed was delivered (OCSF 1.8 class 4009).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4], ['Send', 'Receive', 'Scan', 'Trace'], event.activity_name) AS activity_name,
  named(event.direction_id, [1, 2, 3], ['Inbound', 'Outbound', 'Internal'], event.direction) AS direction,
  named(event.disposition_id, [1, 2, 3, 4, 5, 6], ['Delivered', 'Blocked', 'Quarantined', 'Isolated', 'Deleted', 'Dropped'], event.disposition) AS disposition,
  coalesce(filled(event.email.message_uid), filled(event.email.uid)) AS email_message_uid,
  lower(filled(if(event.email.from LIKE '%<%>%', extract(event.email.from, '<([^<>]*)>'), coalesce(filled(event.email.from), event.email.smtp_from)))) AS email_from,
  coalesce(filled(event.email.from_mailbox), filled(event.email.from)) AS email_header_from,
  lower(coalesce(filled(event.email.reply_to), filled(event.email.reply_to_list[1]))) AS email_reply_to,
  arraySort(arrayDistinct(arrayMap(to -> lower(assumeNotNull(to)), arrayFilter(to -> filled(to) IS NOT NULL, event.email.to)))) AS email_to,
  filled(event.email.subject) AS email_subject,
  event.email.size AS email_size,
  address(coalesce(filled(event.src_endpoint.ip), event.email.x_originating_ip[1])) AS src_endpoint_ip,
  arrayMap(one -> assumeNotNull(one.name), arrayFilter(one -> filled(one.name) IS NOT NULL, event.malware)) AS threat_names,
  filled(event.malware[1].classifications[1]) AS threat_classification,
  lower(filled(event.email_auth.spf)) AS spf_result,
  lower(filled(event.email_auth.dkim)) AS dkim_result,
  lower(filled(event.email_auth.dmarc)) AS dmarc_result,
  if(empty(event.email.urls), NULL, toUInt32(length(event.email.urls))) AS url_count,
  arrayMap(file -> assumeNotNull(file.name), arrayFilter(file -> filled(file.name) IS NOT NULL, event.email.files)) AS attachment_names,
  arrayFilter(hash -> hash != '', arrayMap(file -> ifNull(hash_of(file.hashes, 3, 'sha256'), ''), event.email.files)) AS attachment_hashes_sha256
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      email Tuple(from Nullable(String), from_mailbox Nullable(String), to Array(Nullable(String)), reply_to Nullable(String), reply_to_list Array(Nullable(String)), subject Nullable(String), size Nullable(UInt64),
        message_uid Nullable(String), uid Nullable(String), x_originating_ip Array(Nullable(String)), smtp_from Nullable(String),
        files Array(Tuple(name Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String))))), urls Array(Tuple(url_string Nullable(String)))),
      direction Nullable(String), direction_id Nullable(Int32), disposition Nullable(String), disposition_id Nullable(Int32),
      email_auth Tuple(spf Nullable(String), dkim Nullable(String), dmarc Nullable(String)),
      malware Array(Tuple(name Nullable(String), classifications Array(Nullable(String)))), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4009') > 0
  )
  WHERE event.class_uid IN ('4009')
)
-- include: time-guard.sql
