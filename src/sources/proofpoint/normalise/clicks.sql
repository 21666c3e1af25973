-- into: email_url_activity
-- format: proofpoint-click
-- TAP SIEM clicks on condemned links, permitted or blocked (TAP SIEM API).
WITH
  -- include: words.sql
SELECT
  concat('proofpoint-click:', lower(hex(sipHash128(ifNull(either(click.id, click.GUID), ''), ifNull(either(click.threatID, click.threatId), ''), ifNull(click.threatStatus, ''),
    ifNull(click.clickTime, ''), ifNull(click.url, ''), container)))) AS metadata_uid,
  time,
  'Proofpoint' AS metadata_product_vendor_name,
  'TAP' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Click' AS activity_name,
  multiIf(container = 'clicksBlocked', 'Blocked', container = 'clicksPermitted', 'Allowed', NULL) AS disposition,
  either(click.messageID, click.GUID) AS email_message_uid,
  lower(recipient) AS user_email_addr,
  lower(nullIf(click.sender, '')) AS email_from,
  nullIf(click.url, '') AS url_string,
  nullIf(trimRight(lower(coalesce(nullIf(domain(click.url), ''), extract(click.url, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#:]+)'))), '.'), '') AS url_hostname,
  address(click.clickIP) AS src_endpoint_ip,
  nullIf(click.userAgent, '') AS http_request_user_agent,
  -- What TAP took back is no threat.
  if(click.threatStatus = 'falsePositive', NULL, lower(nullIf(click.classification, ''))) AS threat_classification,
  either(click.campaignId, click.campaignID) AS threat_campaign_uid
FROM (
  SELECT record_uid, file_uid, line_number, container, moment(click.clickTime) AS time,
    -- The recipient is an address, or in some versions a list of one.
    coalesce(if(startsWith(ltrim(click.recipient), '['), NULL, nullIf(click.recipient, '')), nullIf(recipients[1], '')) AS recipient, click
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtractString(line, '_container') AS container,
      if(JSONHas(line, '_record'), JSONExtractRaw(line, '_record'), line) AS record,
      JSONExtract(record, 'recipient', 'Array(Nullable(String))') AS recipients,
      JSONExtract(record, 'Tuple(id Nullable(String), GUID Nullable(String), clickTime Nullable(String), clickIP Nullable(String), recipient Nullable(String),
        sender Nullable(String), messageID Nullable(String), url Nullable(String), userAgent Nullable(String), classification Nullable(String),
        threatID Nullable(String), threatId Nullable(String), threatStatus Nullable(String), campaignId Nullable(String), campaignID Nullable(String))') AS click
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, 'clickTime') > 0
  )
  WHERE container IN ('clicksPermitted', 'clicksBlocked') OR (container = '' AND click.clickTime IS NOT NULL)
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
