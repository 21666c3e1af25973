-- into: network_activity
-- format: windows-events
-- Connections with the process behind them: Sysmon 3 (Sysmon's manifest); Security 5156 allowed, 5157 blocked (Windows Filtering
-- Platform). Both name the side that opened the connection first. Two things are put right: Sysmon writes a UDP answer whose question it
-- did not see from the answering side, so a service port talking to a high port is turned round, and its direction is known only where
-- Sysmon names the machine itself at one end; and a connection to a group address (multicast, broadcast) has no direction, as the
-- machine that hears it is not its end.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:5156|5157|3)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  if(log = 'sysmon', 'Sysmon', 'Windows') AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(event_id = 5157, 'Refuse', 'Open') AS activity_name,
  protocol AS connection_info_protocol_name,
  direction AS connection_info_direction,
  src_ip AS src_endpoint_ip,
  if(is_turned, second_port, first_port) AS src_endpoint_port,
  if(direction = 'Outbound', computer, given_src_name) AS src_endpoint_hostname,
  dst_ip AS dst_endpoint_ip,
  if(is_turned, first_port, second_port) AS dst_endpoint_port,
  if(direction = 'Inbound', computer, given_dst_name) AS dst_endpoint_hostname,
  computer AS device_hostname,
  if(is_loopback, NULL, multiIf(direction = 'Outbound', src_ip, direction = 'Inbound', dst_ip, NULL)) AS device_ip,
  account(field('User'), NULL) AS actor_user_name,
  base_name(path) AS actor_process_name,
  known_path(path) AS actor_process_path,
  process_guid(field('ProcessGuid')) AS actor_process_uid
FROM (
  SELECT *,
    if(is_turned, second_ip, first_ip) AS src_ip,
    if(is_turned, first_ip, second_ip) AS dst_ip,
    if(is_turned, second_name, first_name) AS given_src_name,
    if(is_turned, first_name, second_name) AS given_dst_name,
    ifNull(match(dst_ip, '^127\\.|^::1$'), false) AS is_loopback,
    multiIf(
      ifNull(match(dst_ip, '^(?:22[4-9]|23\\d)\\.|\\.255$|^ff[0-9a-f]{2}:'), false), NULL,
      NOT is_turned, seen_as,
      first_name = computer, 'Inbound',
      second_name = computer, 'Outbound',
      NULL) AS direction
  FROM (
    SELECT *,
      if(log = 'sysmon', lower(field('Protocol')), nullIf(transform(ifNull(field('Protocol'), ''), ['1', '6', '17', '58'], ['icmp', 'tcp', 'udp', 'icmp6'], ''), '')) AS protocol,
      multiIf(
        lower(field('Initiated')) = 'true' OR field('Direction') IN ('%%14593', 'Outbound'), 'Outbound',
        lower(field('Initiated')) = 'false' OR field('Direction') IN ('%%14592', 'Inbound'), 'Inbound',
        NULL) AS seen_as,
      address(coalesce(field('SourceIp'), field('SourceAddress'))) AS first_ip,
      toUInt16OrNull(field('SourcePort')) AS first_port,
      host_name(field('SourceHostname')) AS first_name,
      address(coalesce(field('DestinationIp'), field('DestAddress'))) AS second_ip,
      toUInt16OrNull(coalesce(field('DestinationPort'), field('DestPort'))) AS second_port,
      host_name(field('DestinationHostname')) AS second_name,
      ifNull(log = 'sysmon' AND protocol = 'udp' AND seen_as = 'Inbound' AND first_port < 1024 AND second_port >= 1024, false) AS is_turned,
      coalesce(field('Image'), field('Application')) AS path
    FROM (
      -- include: event.sql
    )
    WHERE is_windows_event AND has_time
      AND ((log IN ('security', 'unnamed') AND event_id IN (5156, 5157)) OR (log = 'sysmon' AND event_id = 3))
  )
  WHERE isNotNull(first_ip) OR isNotNull(second_ip)
)
