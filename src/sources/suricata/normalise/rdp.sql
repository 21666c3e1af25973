-- into: rdp_activity
-- format: suricata-rdp
-- Suricata rdp events: the requests of a negotiation, which name the person or the client (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  -- include: ends.sql
  host_name(event.rdp.client.client_name) AS src_endpoint_hostname,
  nullIf(lower(replaceRegexpOne(replaceRegexpOne(event.rdp.cookie, '(?i)^mstshash=', ''), '(?s)^.*[\\\\/]', '')), '') AS user_name,
  filled(event.rdp.client.keyboard_layout) AS keyboard_layout
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      rdp Tuple(event_type Nullable(String), cookie Nullable(String), client Tuple(client_name Nullable(String), keyboard_layout Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"rdp"') > 0
  )
  WHERE event.event_type IN ('rdp') AND event.rdp.event_type IN ('initial_request', 'connect_request')
)
-- include: guard.sql
