-- into: email_activity
-- format: proofpoint-message
-- TAP SIEM messages, delivered or blocked; TAP tells of condemned mail only (TAP SIEM API). A row for each state that a message is told in: neither GUID nor
-- messageID is unique, `id` is where there is one, and a message that is condemned again, or cleared, is another row of the same email_message_uid.
WITH
  -- include: words.sql
SELECT
  concat('proofpoint-message:', lower(hex(sipHash128(ifNull(either(mail.id, mail.GUID), ''), ifNull(mail.messageID, ''), toString(arraySort(recipients)), toString(time),
    toString(arraySort(arrayMap(threat -> (threat.uid, threat.status), threats))), container)))) AS metadata_uid,
  time,
  'Proofpoint' AS metadata_product_vendor_name,
  'TAP' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Scan' AS activity_name,
  'Inbound' AS direction,
  multiIf(container = 'messagesBlocked' AND nullIf(mail.quarantineFolder, '') IS NOT NULL, 'Quarantined', container = 'messagesBlocked', 'Blocked',
    container = 'messagesDelivered', 'Delivered', nullIf(mail.quarantineFolder, '') IS NOT NULL, 'Quarantined', NULL) AS disposition,
  either(mail.messageID, mail.GUID) AS email_message_uid,
  lower(either(senders[1], mail.sender)) AS email_from,
  nullIf(mail.headerFrom, '') AS email_header_from,
  nullIf(lower(replies[1]), '') AS email_reply_to,
  arraySort(arrayDistinct(arrayMap(to -> lower(to), arrayConcat(recipients, addressees)))) AS email_to,
  nullIf(mail.subject, '') AS email_subject,
  mail.messageSize AS email_size,
  address(mail.senderIP) AS src_endpoint_ip,
  arrayFilter(name -> name != '', arrayMap(threat -> threat.name, standing)) AS threat_names,
  nullIf(standing[1].classification, '') AS threat_classification,
  nullIf(standing[1].campaign, '') AS threat_campaign_uid,
  mail.phishScore AS phish_score,
  mail.malwareScore AS malware_score,
  mail.spamScore AS spam_score,
  toUInt32(arrayCount(threat -> threat.kind = 'url', standing)) AS url_count,
  arrayMap(part -> assumeNotNull(part.filename), arrayFilter(part -> part.disposition = 'attached' AND nullIf(part.filename, '') IS NOT NULL, mail.messageParts)) AS attachment_names,
  arrayMap(part -> lower(assumeNotNull(part.sha256)), arrayFilter(part -> part.disposition = 'attached' AND nullIf(part.sha256, '') IS NOT NULL, mail.messageParts)) AS attachment_hashes_sha256
FROM (
  SELECT file_uid, line_number, container, mail, moment(mail.messageTime) AS time,
    texts(JSONExtractRaw(record, 'recipient')) AS recipients,
    texts(JSONExtractRaw(record, 'fromAddress')) AS senders,
    texts(JSONExtractRaw(record, 'toAddresses')) AS addressees,
    arrayConcat(texts(JSONExtractRaw(record, 'replyToAddress')), texts(JSONExtractRaw(record, 'replyToAddresses'))) AS replies,
    CAST(arrayMap(threat -> (ifNull(either(threat.threatID, threat.threatId), ''), ifNull(threat.threatStatus, ''), ifNull(threat.threat, ''), lower(ifNull(threat.threatType, '')),
      lower(ifNull(threat.classification, '')), ifNull(either(threat.campaignID, threat.campaignId), '')), mail.threatsInfoMap),
      'Array(Tuple(uid String, status String, name String, kind String, classification String, campaign String))') AS threats,
    -- What TAP took back is no threat.
    arrayFilter(threat -> threat.status != 'falsePositive', threats) AS standing
  FROM (
    SELECT file_uid, line_number, JSONExtractString(line, '_container') AS container,
      if(JSONHas(line, '_record'), JSONExtractRaw(line, '_record'), line) AS record,
      JSONExtract(record, 'Tuple(id Nullable(String), GUID Nullable(String), messageID Nullable(String), messageTime Nullable(String), sender Nullable(String),
        senderIP Nullable(String), headerFrom Nullable(String), subject Nullable(String), messageSize Nullable(UInt64), spamScore Nullable(Float64),
        phishScore Nullable(Float64), malwareScore Nullable(Float64), quarantineFolder Nullable(String),
        messageParts Array(Tuple(filename Nullable(String), disposition Nullable(String), sha256 Nullable(String))),
        threatsInfoMap Array(Tuple(threat Nullable(String), threatID Nullable(String), threatId Nullable(String), threatStatus Nullable(String), threatType Nullable(String),
          classification Nullable(String), campaignID Nullable(String), campaignId Nullable(String))))') AS mail
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE isValidJSON(line) AND (container IN ('messagesDelivered', 'messagesBlocked') OR (container = '' AND JSONHas(line, 'messageTime')))
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
