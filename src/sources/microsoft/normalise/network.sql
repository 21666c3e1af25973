-- into: network_activity
-- format: hunting-network, hunting-csv
-- Connections as the sensor on the device saw them: DeviceNetworkEvents, and connections that a firewall or network protection refused
-- from DeviceEvents (Defender XDR reference). The tables know no byte counts but those of inspected ICMP. connection_info_state is the
-- ActionType. An attempt whose end is not told is 'Attempt'. An aggregated report stands for `count` connections of about an hour, and
-- its time is that of the report (Defender for Endpoint, "aggregated reporting").
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"(?:Inbound)?Connection[A-Z]\\w+"', '"ListeningConnectionCreated"', '"(?:Ssl|Icmp)ConnectionInspected"', '"Firewall\\w+Blocked"', '"ExploitGuardNetworkProtectionBlocked"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-network:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(
    action = 'SslConnectionInspected', 'TLS Handshake',
    is_listening, 'Listen',
    startsWith(action, 'ConnectionFailed') OR endsWith(action, 'Blocked'), 'Refuse',
    action = 'IcmpConnectionInspected' OR endsWith(action, 'AggregatedReport'), 'Traffic',
    action IN ('ConnectionAttempt', 'InboundConnectionAttempt'), 'Attempt',
    'Open') AS activity_name,
  nullIf(JSONExtractString(additional, 'uid'), '') AS connection_info_uid,
  if(action = 'IcmpConnectionInspected', 'icmp', nullIf(replaceRegexpOne(lower(field('protocol')), 'v[46]$', ''), 'unknown')) AS connection_info_protocol_name,
  direction AS connection_info_direction,
  action AS connection_info_state,
  multiIf(is_listening, NULL, direction = 'Inbound', remote_ip, local_ip) AS src_endpoint_ip,
  multiIf(is_listening, NULL, direction = 'Inbound', remote_port, local_port) AS src_endpoint_port,
  multiIf(direction = 'Outbound', computer, direction = 'Inbound', remote_name, NULL) AS src_endpoint_hostname,
  if(is_listening OR direction = 'Inbound', local_ip, remote_ip) AS dst_endpoint_ip,
  if(is_listening OR direction = 'Inbound', local_port, remote_port) AS dst_endpoint_port,
  if(is_listening OR direction = 'Inbound', computer, remote_name) AS dst_endpoint_hostname,
  toUInt64OrNull(JSONExtract(additional, 'uniqueEventsAggregated', 'Nullable(String)')) AS count,
  toFloat64OrNull(if(action = 'IcmpConnectionInspected', JSONExtractString(additional, 'duration'), NULL)) AS duration_seconds,
  toUInt64OrNull(if(action = 'IcmpConnectionInspected', JSONExtractString(additional, 'orig_bytes'), NULL)) AS traffic_bytes_out,
  toUInt64OrNull(if(action = 'IcmpConnectionInspected', JSONExtractString(additional, 'resp_bytes'), NULL)) AS traffic_bytes_in,
  if(action = 'SslConnectionInspected', host_name(JSONExtractString(additional, 'server_name')), NULL) AS tls_sni,
  if(action = 'SslConnectionInspected', said(additional, ['version']), NULL) AS tls_version,
  if(action = 'SslConnectionInspected', said(additional, ['ja3']), NULL) AS tls_ja3_hash,
  if(action = 'SslConnectionInspected', said(additional, ['ja3s']), NULL) AS tls_ja3s_hash,
  if(action = 'SslConnectionInspected', said(additional, ['subject']), NULL) AS tls_certificate_subject,
  if(action = 'SslConnectionInspected', said(additional, ['issuer']), NULL) AS tls_certificate_issuer,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  if(match(local_ip, '^127\\.|^0\\.0\\.0\\.0$|^::1?$'), NULL, local_ip) AS device_ip,
  initiating_user AS actor_user_name,
  base_name(initiating_path) AS actor_process_name,
  initiating_path AS actor_process_path,
  field('initiatingProcessCommandLine') AS actor_process_cmd_line,
  initiating_uid AS actor_process_uid
FROM (
  SELECT *,
    action = 'ListeningConnectionCreated' AS is_listening,
    address(field('localIP')) AS local_ip,
    address(field('remoteIP')) AS remote_ip,
    toUInt16OrNull(field('localPort')) AS local_port,
    nullIf(toUInt16OrNull(field('remotePort')), 0) AS remote_port,
    -- An URL or the name of a host.
    host_name(if(position(row['remoteurl'], '://') > 0, domain(row['remoteurl']), replaceRegexpOne(row['remoteurl'], '[/:].*$', ''))) AS remote_name,
    multiIf(is_listening, NULL, position(action, 'Inbound') > 0 OR JSONExtractString(additional, 'direction') = 'In', 'Inbound', 'Outbound') AS direction
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceNetworkEvents') IN ('DeviceNetworkEvents', 'DeviceEvents')
  AND match(action, '^(?:Inbound)?Connection[A-Z]|^ListeningConnectionCreated$|^(?:Ssl|Icmp)ConnectionInspected$|^Firewall(?:In|Out)boundConnection\\w*Blocked$|^ExploitGuardNetworkProtectionBlocked$')
  AND isNotNull(coalesce(remote_ip, local_ip, remote_name))
