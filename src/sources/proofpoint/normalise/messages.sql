-- into: email_activity
-- format: proofpoint-message
-- TAP SIEM messages, delivered or blocked; TAP tells of condemned mail only (TAP SIEM API). One row a message, recipient set and threat state.
WITH
  -- include: words.sql
SELECT
  concat('proofpoint-message:', lower(hex(sipHash128(ifNull(mail.GUID, ''), ifNull(mail.messageID, ''), toString(mail.recipient), toString(mail.messageTime),
    toString(arrayMap(threat -> (threat.threatID, threat.threatStatus), mail.threatsInfoMap)), container)))) AS metadata_uid,
  time,
  'Proofpoint' AS metadata_product_vendor_name,
  'TAP' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Scan' AS activity_name,
  'Inbound' AS direction,
  multiIf(container = 'messagesBlocked' AND nullIf(mail.quarantineFolder, '') IS NOT NULL, 'Quarantined', container = 'messagesBlocked', 'Blocked',
    container = 'messagesDelivered', 'Delivered', nullIf(mail.quarantineFolder, '') IS NOT NULL, 'Quarantined', NULL) AS disposition,
  coalesce(nullIf(mail.messageID, ''), nullIf(mail.GUID, '')) AS email_message_uid,
  lower(coalesce(nullIf(mail.fromAddress[1], ''), nullIf(mail.sender, ''))) AS email_from,
  nullIf(mail.headerFrom, '') AS email_header_from,
  lower(nullIf(mail.replyToAddress[1], '')) AS email_reply_to,
  arraySort(arrayDistinct(arrayMap(to -> lower(assumeNotNull(to)), arrayFilter(to -> nullIf(to, '') IS NOT NULL, arrayConcat(mail.recipient, mail.toAddresses))))) AS email_to,
  nullIf(mail.subject, '') AS email_subject,
  mail.messageSize AS email_size,
  address(mail.senderIP) AS src_endpoint_ip,
  arrayMap(threat -> assumeNotNull(threat.threat), arrayFilter(threat -> nullIf(threat.threat, '') IS NOT NULL, mail.threatsInfoMap)) AS threat_names,
  nullIf(mail.threatsInfoMap[1].classification, '') AS threat_classification,
  nullIf(mail.threatsInfoMap[1].campaignID, '') AS threat_campaign_uid,
  mail.phishScore AS phish_score,
  mail.malwareScore AS malware_score,
  mail.spamScore AS spam_score,
  toUInt32(arrayCount(threat -> threat.threatType = 'url', mail.threatsInfoMap)) AS url_count,
  arrayMap(part -> assumeNotNull(part.filename), arrayFilter(part -> part.disposition = 'attached' AND nullIf(part.filename, '') IS NOT NULL, mail.messageParts)) AS attachment_names,
  arrayMap(part -> lower(assumeNotNull(part.sha256)), arrayFilter(part -> part.disposition = 'attached' AND nullIf(part.sha256, '') IS NOT NULL, mail.messageParts)) AS attachment_hashes_sha256
FROM (
  SELECT record_uid, file_uid, line_number, JSONExtractString(line, '_container') AS container,
    JSONExtract(if(JSONHas(line, '_record'), JSONExtractRaw(line, '_record'), line), 'Tuple(GUID Nullable(String), messageID Nullable(String), messageTime Nullable(String), sender Nullable(String),
      senderIP Nullable(String), recipient Array(Nullable(String)), fromAddress Array(Nullable(String)), toAddresses Array(Nullable(String)),
      replyToAddress Array(Nullable(String)), headerFrom Nullable(String), subject Nullable(String), messageSize Nullable(UInt64), spamScore Nullable(Float64),
      phishScore Nullable(Float64), malwareScore Nullable(Float64), quarantineFolder Nullable(String),
      messageParts Array(Tuple(filename Nullable(String), disposition Nullable(String), sha256 Nullable(String))),
      threatsInfoMap Array(Tuple(threat Nullable(String), threatID Nullable(String), threatStatus Nullable(String), threatType Nullable(String),
        classification Nullable(String), campaignID Nullable(String))))') AS mail,
    moment(mail.messageTime) AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line) AND (container IN ('messagesDelivered', 'messagesBlocked') OR (container = '' AND JSONHas(line, 'messageTime')))
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
