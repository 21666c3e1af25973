-- into: detection_finding
-- format: sentinel-alert, microsoft-csv
-- Alerts as Log Analytics keeps them: the table SecurityAlert (Azure Monitor reference, "SecurityAlert"; Sentinel, "entity types").
-- Entities is a list in which one thing refers to another by number; of each kind the first that is told in full counts. An address is
-- where it went to when a sensor on the machine raised the alert, else where it came from.
WITH
  -- include: words.sql
  -- include: alert-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"SystemAlertId"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('sentinel-alert:', ifNull(field('systemAlertId'), record_uid)) AS metadata_uid,
  time AS version_time,
  coalesce(if(is_in_time(last_time), last_time, NULL), time) AS time,
  'Microsoft' AS metadata_product_vendor_name,
  product AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  title AS finding_info_title,
  field('description') AS finding_info_desc,
  arrayDistinct(arrayFilter(kind -> kind != '', [if(empty(tactics_of([category])), category, ''), ifNull(inner_field('extendedProperties', 'DetectionSource'), ''), if(match(row['alerttype'], '[0-9a-f]{8}-[0-9a-f]{4}-'), '', row['alerttype'])])) AS finding_info_types,
  field('alertLink') AS finding_info_url,
  inner_field('extendedProperties', 'IncidentId') AS incident_uid,
  severity_caption(coalesce(field('alertSeverity'), field('severity'))) AS severity,
  field('status') AS status,
  nullIf(arrayStringConcat(arrayFilter(word -> lower(word) NOT IN ('', 'unknown', 'notavailable'), [ifNull(inner_field('extendedProperties', 'Classification'), ''), ifNull(inner_field('extendedProperties', 'Determination'), '')]), ': '), '') AS verdict,
  techniques_in(concat(row['techniques'], ' ', row['subtechniques'], ' ', ifNull(inner_field('extendedProperties', 'MitreTechniques'), ''))) AS attack_techniques,
  tactics_of(arrayPushBack(splitByChar(',', row['tactics']), category)) AS attack_tactics,
  said(device, ['MdatpDeviceId', 'DeviceId']) AS device_uid,
  host_name(coalesce(said(device, ['FQDN']), concat(said(device, ['HostName', 'NetBiosName']), ifNull(concat('.', said(device, ['DnsDomain'])), '')), if(device = '' AND match(field('compromisedEntity'), '^[\\w-]+(\\.[\\w-]+)*$'), field('compromisedEntity'), NULL))) AS device_hostname,
  address(said(device, ['LastIpAddress'])) AS device_ip,
  account(coalesce(said(person, ['UserPrincipalName']), concat(said(person, ['Name']), '@', said(person, ['UPNSuffix'])), said(person, ['Name']), said(mailbox, ['MailboxPrimaryAddress', 'Upn']))) AS user_name,
  mail_address(coalesce(said(person, ['UserPrincipalName']), concat(said(person, ['Name']), '@', said(person, ['UPNSuffix'])), said(mailbox, ['MailboxPrimaryAddress', 'Upn', 'Recipient']))) AS user_email_addr,
  coalesce(if(is_from_sensor, NULL, ip_address), address(said(mailbox, ['SenderIP']))) AS src_endpoint_ip,
  if(is_from_sensor, ip_address, NULL) AS dst_endpoint_ip,
  coalesce(nullIf(JSONExtractString(process, 'ImageFile', 'Name'), ''), said(file, ['Name'])) AS process_name,
  said(process, ['CommandLine']) AS process_cmd_line,
  sha256_in(extractAll(concat(JSONExtractRaw(process, 'ImageFile'), JSONExtractRaw(file, 'FileHashes'), arrayStringConcat(arrayFilter((thing, kind) -> kind = 'filehash', evidence, kinds), ' ')), '"([0-9a-fA-F]{64})"')) AS file_hash_sha256,
  said(evidence_of('url'), ['Url']) AS url_string,
  if(is_in_time(first_time), first_time, NULL) AS first_seen_time,
  if(is_in_time(last_time), last_time, NULL) AS last_seen_time
FROM (
  SELECT *,
    coalesce(field('displayName'), field('alertDisplayName'), field('alertName')) AS title,
    coalesce(moment(field('timeGenerated')), moment(field('processingEndTime'))) AS time,
    moment(coalesce(field('startTime'), field('startTimeUtc'))) AS first_time,
    moment(coalesce(field('endTime'), field('endTimeUtc'))) AS last_time,
    coalesce(product_named(field('productName')), product_named(field('providerName')), 'Sentinel') AS product,
    product = 'Defender for Endpoint' OR (product = 'Defender XDR' AND device != '') AS is_from_sensor,
    ifNull(coalesce(inner_field('extendedProperties', 'MicrosoftDefenderAtp.Category'), inner_field('extendedProperties', 'Category')), '') AS category,
    JSONExtractArrayRaw(row['entities']) AS evidence,
    arrayMap(thing -> lower(JSONExtractString(thing, 'Type')), evidence) AS kinds,
    evidence_of('host') AS device,
    evidence_of('account') AS person,
    evidence_of('process') AS process,
    evidence_of('file') AS file,
    arrayFirst((thing, kind) -> kind IN ('mailbox', 'mailmessage'), evidence, kinds) AS mailbox,
    address(arrayFirst(text -> text != '', arrayMap(thing -> JSONExtractString(thing, 'Address'), arrayFilter((thing, kind) -> kind = 'ip', evidence, kinds)))) AS ip_address
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(version_time) AND is_in_time(time) AND isNotNull(title) AND isNotNull(field('systemAlertId')) AND (isNull(table_name) OR table_name = 'SecurityAlert')
