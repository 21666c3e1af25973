-- into: rpc_activity
-- format: hunting-event, hunting-csv
-- What was asked of a device's management instrumentation, from afar too: RemoteWmiOperation, ProcessCreatedUsingWmiQuery and
-- WmiBindEventFilterToConsumer of DeviceEvents (Defender XDR reference). Without a remote machine it was asked on the device itself.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"RemoteWmiOperation"', '"ProcessCreatedUsingWmiQuery"', '"WmiBindEventFilterToConsumer"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-wmi:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(action, ['ProcessCreatedUsingWmiQuery', 'WmiBindEventFilterToConsumer'], ['Process Created', 'Permanent Subscription'], 'Remote Operation') AS activity_name,
  'wmi' AS protocol_name,
  coalesce(address(field('remoteIP')), address(said(additional, ['RemoteIPAddress', 'IpAddress']))) AS src_endpoint_ip,
  nullIf(toUInt16OrNull(field('remotePort')), 0) AS src_endpoint_port,
  host_name(coalesce(field('remoteDeviceName'), said(additional, ['RemoteDeviceName', 'RemoteMachine']))) AS src_endpoint_hostname,
  computer AS dst_endpoint_hostname,
  said(additional, ['Namespace']) AS rpc_interface,
  coalesce(said(additional, ['Operation', 'OperationType']), action) AS rpc_operation,
  computer AS device_hostname,
  coalesce(account(field('accountName')), initiating_user) AS actor_user_name,
  coalesce(field('processCommandLine'), said(additional, ['Query', 'Commandline', 'CommandLine']), nullIf(substring(additional, 1, 4000), '')) AS message
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceEvents') = 'DeviceEvents' AND action IN ('RemoteWmiOperation', 'ProcessCreatedUsingWmiQuery', 'WmiBindEventFilterToConsumer')
