-- into: smb_activity
-- format: falcon-event
-- Shares that other machines opened: SmbServerShareOpenedEtw (Falcon event dictionary). The machine that tells is the target.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:SmbServerShareOpenedEtw)"', 'fdr_event_type"\\s*:\\s*"(?:SmbServerShareOpenedEtw)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Share Access' AS activity_name,
  coalesce(address(row['remoteaddressip4']), address(row['remoteaddressip6'])) AS src_endpoint_ip,
  host_name(field('clientComputerName')) AS src_endpoint_hostname,
  local_ip AS dst_endpoint_ip,
  computer AS dst_endpoint_hostname,
  base_name(field('smbShareName')) AS share,
  if(upper(share) = 'IPC$', 'PIPE', 'DISK') AS share_type,
  computer AS device_hostname,
  user AS actor_user_name,
  coalesce(domain_of(field('userName')), lower(field('domainName'))) AS actor_user_domain,
  session(row['authenticationid']) AS actor_session_uid
FROM (
  -- include: row.sql
)
WHERE isNotNull(time) AND event_name = 'SmbServerShareOpenedEtw' AND isNotNull(field('smbShareName'))
