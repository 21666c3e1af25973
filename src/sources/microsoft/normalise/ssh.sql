-- into: ssh_activity
-- format: hunting-network, hunting-csv
-- SSH connections seen on the wire: SshConnectionInspected of DeviceNetworkEvents (by the embedded Zeek, whose names the values bear).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"SshConnectionInspected"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('defender-ssh:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  said(additional, ['uid']) AS connection_info_uid,
  if(is_inbound, remote_ip, local_ip) AS src_endpoint_ip,
  if(is_inbound, remote_port, local_port) AS src_endpoint_port,
  if(is_inbound, local_ip, remote_ip) AS dst_endpoint_ip,
  if(is_inbound, local_port, remote_port) AS dst_endpoint_port,
  if(is_inbound, computer, NULL) AS dst_endpoint_hostname,
  multiIf(truth(said(additional, ['auth_success'])) = true, 'Success', truth(said(additional, ['auth_success'])) = false, 'Failure', NULL) AS status,
  toUInt32OrNull(said(additional, ['auth_attempts'])) AS auth_attempts,
  said(additional, ['client']) AS client_software,
  said(additional, ['server']) AS server_software,
  computer AS device_hostname
FROM (
  SELECT *,
    address(field('localIP')) AS local_ip,
    address(field('remoteIP')) AS remote_ip,
    toUInt16OrNull(field('localPort')) AS local_port,
    toUInt16OrNull(field('remotePort')) AS remote_port,
    JSONExtractString(additional, 'direction') = 'In' AS is_inbound
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND action = 'SshConnectionInspected' AND isNotNull(remote_ip)
