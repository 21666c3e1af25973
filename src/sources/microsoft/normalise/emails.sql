-- into: email_activity
-- format: hunting-email, microsoft-csv
-- Mail, one row a recipient: EmailEvents (Defender XDR reference). email_message_uid is NetworkMessageId, by which UrlClickEvents name the
-- message too.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"EmailDirection"', '"RecipientEmailAddress"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-email:', ifNull(concat(field('networkMessageId'), ':', lower(field('recipientEmailAddress'))), record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Office 365' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(field('emailDirection') = 'Outbound', 'Send', 'Receive') AS activity_name,
  transform(row['emaildirection'], ['Inbound', 'Outbound', 'Intra-org'], ['Inbound', 'Outbound', 'Internal'], NULL) AS direction,
  if(match(row['deliverylocation'], '(?i)quarantine'), 'Quarantined', coalesce(field('deliveryAction'), field('latestDeliveryAction'))) AS disposition,
  coalesce(field('networkMessageId'), field('internetMessageId')) AS email_message_uid,
  lower(coalesce(field('senderFromAddress'), field('senderMailFromAddress'))) AS email_from,
  nullIf(trimBoth(concat(row['senderdisplayname'], ifNull(concat(' <', field('senderFromAddress'), '>'), ''))), '') AS email_header_from,
  arrayFilter(name -> name != '', [lower(row['recipientemailaddress'])]) AS email_to,
  field('subject') AS email_subject,
  toUInt64OrNull(field('emailSize')) AS email_size,
  coalesce(address(field('senderIPv4')), address(field('senderIPv6'))) AS src_endpoint_ip,
  arrayFilter(name -> name != '', arrayMap(name -> trimBoth(name), splitByChar(',', replaceRegexpAll(row['threatnames'], '[\\[\\]"]', '')))) AS threat_names,
  field('threatTypes') AS threat_classification,
  field('emailClusterId') AS threat_campaign_uid,
  lower(inner_field('authenticationDetails', 'SPF')) AS spf_result,
  lower(inner_field('authenticationDetails', 'DKIM')) AS dkim_result,
  lower(inner_field('authenticationDetails', 'DMARC')) AS dmarc_result,
  toUInt32OrNull(field('urlCount')) AS url_count
FROM (
  SELECT *, coalesce(moment(field('timestamp')), moment(field('timeGenerated'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND (table_name = 'EmailEvents' OR (isNull(table_name) AND isNotNull(field('emailDirection')) AND isNotNull(field('recipientEmailAddress'))))
