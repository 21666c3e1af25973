-- into: rdp_activity
-- format: windows-events
-- Remote desktop sessions on the machine they reach: TerminalServices-RemoteConnectionManager 1149 (someone was let in),
-- -LocalSessionManager 21, 24, 25 (session begun, left, taken up again), Security 4778, 4779 (taken up again, left). Only those that come
-- from an address: a session at the screen is none.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:21|24|25|1149|4778|4779)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  ip AS src_endpoint_ip,
  host_name(field('ClientName')) AS src_endpoint_hostname,
  computer AS dst_endpoint_hostname,
  account(coalesce(field('User'), field('AccountName'), field('Param1'), field('param1')), NULL) AS user_name,
  transform(event_id, [21, 24, 25, 1149, 4778, 4779], ['Connected', 'Disconnected', 'Reconnected', 'Authenticated', 'Reconnected', 'Disconnected'], '') AS status,
  computer AS device_hostname
FROM (
  SELECT *, address(coalesce(field('Address'), field('ClientAddress'), field('Param3'), field('param3'), nullIf(extract(message_text, 'Source Network Address:\\s*(\\S+)'), ''))) AS ip
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time
    AND ((log = 'terminal services' AND event_id IN (21, 24, 25, 1149)) OR (log IN ('security', 'unnamed') AND event_id IN (4778, 4779)))
)
WHERE isNotNull(ip)
