-- into: network_activity
-- format: suricata-tls
-- Suricata tls and quic events: one handshake each; joined with its connection by flow_id (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  'TLS Handshake' AS activity_name,
  -- include: ends.sql
  if(event.event_type = 'quic', 'udp', coalesce(protocol(event.proto), 'tcp')) AS connection_info_protocol_name,
  event.event_type AS app_name,
  host_name(coalesce(filled(event.tls.sni), event.quic.sni)) AS tls_sni,
  coalesce(filled(event.tls.version), if(event.event_type = 'quic', 'TLS 1.3', NULL)) AS tls_version,
  lower(coalesce(filled(event.tls.ja3.hash), filled(event.quic.ja3.hash))) AS tls_ja3_hash,
  lower(coalesce(filled(event.tls.ja3s.hash), filled(event.quic.ja3s.hash))) AS tls_ja3s_hash,
  filled(event.tls.subject) AS tls_certificate_subject,
  filled(event.tls.issuerdn) AS tls_certificate_issuer,
  if(event.tls.session_resumed, 'resumed', NULL) AS tls_status
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      tls Tuple(sni Nullable(String), version Nullable(String), subject Nullable(String), issuerdn Nullable(String), session_resumed Nullable(Bool),
        ja3 Tuple(hash Nullable(String)), ja3s Tuple(hash Nullable(String))),
      quic Tuple(sni Nullable(String), version Nullable(String), ja3 Tuple(hash Nullable(String)), ja3s Tuple(hash Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"tls"') > 0 OR position(line, '"quic"') > 0
  )
  WHERE event.event_type IN ('tls', 'quic')
)
-- include: guard.sql
