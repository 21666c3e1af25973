-- into: authentication
-- format: suricata-kerberos
-- Suricata krb5 events: one ticket request each, by its answer (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  multiIf(position(request, 'TGS') > 0, 'Service Ticket Request', position(request, 'AS_RE') > 0 OR position(request, 'AS-RE') > 0, 'Authentication Ticket', 'Preauth') AS activity_name,
  filled(event.flow_id) AS connection_info_uid,
  address(if(turned, event.dest_ip, event.src_ip)) AS src_endpoint_ip,
  if(turned, event.dest_port, event.src_port) AS src_endpoint_port,
  address(if(turned, event.src_ip, event.dest_ip)) AS dst_endpoint_ip,
  if(turned, event.src_port, event.dest_port) AS dst_endpoint_port,
  multiIf(event.krb5.msg_type = 'KRB_ERROR', 'Failure', match(event.krb5.msg_type, 'REP$'), 'Success', NULL) AS status,
  filled(event.krb5.error_code) AS status_detail,
  'Kerberos' AS auth_protocol,
  nullIf(lower(filled(event.krb5.cname)), '<empty>') AS user_name,
  nullIf(lower(filled(event.krb5.realm)), '<empty>') AS user_domain,
  nullIf(filled(event.krb5.sname), '<empty>') AS service_name
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time,
    coalesce(filled(event.krb5.failed_request), event.krb5.msg_type) AS request, ifNull(event.src_port, 0) = 88 AND ifNull(event.dest_port, 0) != 88 AS turned
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      krb5 Tuple(msg_type Nullable(String), failed_request Nullable(String), cname Nullable(String), realm Nullable(String), sname Nullable(String), error_code Nullable(String),
        encryption Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"krb5"') > 0
  )
  WHERE event.event_type IN ('krb5')
)
-- include: guard.sql
