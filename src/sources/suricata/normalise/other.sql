-- Which Suricata events are kept as received, because no table takes their type?
SELECT line_number, concat('Suricata ', event_type) AS kind
FROM (
  SELECT line_number, JSONExtractString(line, 'event_type') AS event_type, JSONExtractString(line, 'timestamp') AS timestamp
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE position(line, 'event_type') > 0
)
WHERE match(timestamp, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T') AND match(event_type, '^[A-Za-z0-9_-]{1,40}$')
  AND event_type NOT IN ('flow', 'drop', 'netflow', 'tls', 'quic', 'dns', 'http', 'fileinfo', 'smb', 'dcerpc', 'ssh', 'rdp', 'krb5', 'alert')
