-- into: dns_activity
-- format: suricata-dns
-- Suricata dns events of format 1 (one answer each), 2 and 3 (all answers of a response, or grouped by type) (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  if(is_response, 'Response', 'Query') AS activity_name,
  filled(event.flow_id) AS connection_info_uid,
  -- A response is told in the direction of its flow, that is, of the query; should it be told the other way, it is turned round.
  address(if(turned, event.dest_ip, event.src_ip)) AS src_endpoint_ip,
  if(turned, event.dest_port, event.src_port) AS src_endpoint_port,
  address(if(turned, event.src_ip, event.dest_ip)) AS dst_endpoint_ip,
  if(turned, event.src_port, event.dest_port) AS dst_endpoint_port,
  protocol(event.proto) AS connection_info_protocol_name,
  host_name(coalesce(filled(event.dns.queries[1].rrname), filled(event.dns.query[1].rrname), event.dns.rrname)) AS query_hostname,
  upper(coalesce(filled(event.dns.queries[1].rrtype), filled(event.dns.query[1].rrtype), filled(event.dns.rrtype))) AS query_type,
  if(is_response, upper(filled(event.dns.rcode)), NULL) AS rcode,
  multiIf(NOT is_response, [],
    notEmpty(event.dns.answers), arrayMap(answer -> assumeNotNull(answer.rdata), arrayFilter(answer -> filled(answer.rdata) IS NOT NULL, event.dns.answers)),
    notEmpty(event.dns.grouped), arrayFlatten(mapValues(event.dns.grouped)),
    filled(event.dns.rdata) IS NOT NULL, [assumeNotNull(event.dns.rdata)], []) AS answers,
  coalesce(event.dns.answers[1].ttl, event.dns.ttl) AS answer_ttl_seconds
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time,
    ifNull(event.dns.type IN ('answer', 'response'), 0) AS is_response, is_response AND ifNull(event.src_port, 0) = 53 AND ifNull(event.dest_port, 0) != 53 AS turned
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      dns Tuple(type Nullable(String), rrname Nullable(String), rrtype Nullable(String), rcode Nullable(String), rdata Nullable(String), ttl Nullable(Float64),
        queries Array(Tuple(rrname Nullable(String), rrtype Nullable(String))), query Array(Tuple(rrname Nullable(String), rrtype Nullable(String))),
        answers Array(Tuple(rdata Nullable(String), ttl Nullable(Float64))), grouped Map(String, Array(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"dns"') > 0
  )
  WHERE event.event_type IN ('dns')
)
-- include: guard.sql
