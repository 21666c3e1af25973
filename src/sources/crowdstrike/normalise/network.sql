-- into: network_activity
-- format: falcon-event
-- Connections that sensors saw: NetworkConnect, NetworkReceiveAccept and NetworkListen, IPv4 and IPv6 (Falcon event dictionary; field
-- values as Panther's schema of FDR tells them). A connect is an attempt, for UDP the first datagram: whether it was answered is not told.
-- There are no byte counts. connection_info_state is the event's name. The end of a connection (NetworkClose…) is kept raw.
-- Rows that searches count by the hour (_hour, _count, _first, _last) are 'Traffic': `count` connections between `time` and `end_time`.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:Network(?:Connect|ReceiveAccept|Listen)IP[46])"', 'fdr_event_type"\\s*:\\s*"(?:Network(?:Connect|ReceiveAccept|Listen)IP[46])"']) AND isValidJSON(line)
  )
SELECT
  if(is_hourly, concat('falcon-hour:', hex(sipHash128(arrayStringConcat(arrayMap(name -> row[name],
    ['event_simplename', 'aid', 'localaddressip4', 'localaddressip6', 'localport', 'remoteaddressip4', 'remoteaddressip6', 'remoteport', 'protocol', 'connectiondirection', '_hour']), '\n')))), event_uid) AS metadata_uid,
  if(is_hourly, moment(row['_first']), event_time) AS time,
  if(is_hourly, moment(row['_last']), NULL) AS end_time,
  if(is_hourly, toUInt64OrNull(row['_count']), NULL) AS count,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(is_listening, 'Listen', is_hourly, 'Traffic', 'Open') AS activity_name,
  transform(row['protocol'], ['1', '6', '17', '58'], ['icmp', 'tcp', 'udp', 'icmp6'], NULL) AS connection_info_protocol_name,
  direction AS connection_info_direction,
  event_name AS connection_info_state,
  multiIf(is_listening, NULL, direction = 'Inbound', remote_ip, local_ip) AS src_endpoint_ip,
  multiIf(is_listening, NULL, direction = 'Inbound', remote_port, local_port) AS src_endpoint_port,
  if(direction = 'Outbound', computer, NULL) AS src_endpoint_hostname,
  if(is_listening OR direction = 'Inbound', local_ip, remote_ip) AS dst_endpoint_ip,
  if(is_listening OR direction = 'Inbound', local_port, remote_port) AS dst_endpoint_port,
  if(is_listening OR direction = 'Inbound', computer, NULL) AS dst_endpoint_hostname,
  agent AS device_uid,
  computer AS device_hostname,
  if(match(local_ip, '^127\\.|^0\\.0\\.0\\.0$|^::1?$'), NULL, local_ip) AS device_ip,
  user AS actor_user_name,
  base_name(context_path) AS actor_process_name,
  field('contextImageFileName') AS actor_process_path,
  field('commandLine') AS actor_process_cmd_line,
  context_uid AS actor_process_uid
FROM (
  SELECT *,
    startsWith(event_name, 'NetworkListen') AS is_listening,
    row['_hour'] != '' AND isNotNull(toUInt64OrNull(row['_count'])) AS is_hourly,
    coalesce(address(row['remoteaddressip4']), address(row['remoteaddressip6'])) AS remote_ip,
    toUInt16OrNull(row['localport']) AS local_port,
    toUInt16OrNull(row['remoteport']) AS remote_port,
    multiIf(is_listening, NULL, row['connectiondirection'] = '1' OR startsWith(event_name, 'NetworkReceiveAccept'), 'Inbound', row['connectiondirection'] IN ('0', ''), 'Outbound', NULL) AS direction
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(event_name, '^Network(?:Connect|ReceiveAccept|Listen)IP[46]$') AND isNotNull(if(is_listening, local_ip, remote_ip))
