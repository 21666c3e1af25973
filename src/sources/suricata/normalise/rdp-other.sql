-- Which steps of an RDP negotiation are kept as received? Its requests say who connects; the answers add no connection.
SELECT line_number, concat('Suricata rdp ', step) AS kind
FROM (
  SELECT line_number, JSONExtractString(line, 'event_type') AS event_type, JSONExtractString(line, 'rdp', 'event_type') AS step
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE position(line, '"rdp"') > 0
)
WHERE event_type = 'rdp' AND step IN ('initial_response', 'connect_response', 'tls_handshake')
