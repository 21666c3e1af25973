-- into: ssh_activity
-- format: suricata-ssh
-- Suricata ssh events: the two sides' software (Suricata user guide). Whether a sign-in succeeded is not seen.
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  -- include: ends.sql
  filled(event.ssh.client.software_version) AS client_software,
  filled(event.ssh.server.software_version) AS server_software,
  lower(filled(event.ssh.client.hassh.hash)) AS client_hassh
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      ssh Tuple(client Tuple(software_version Nullable(String), hassh Tuple(hash Nullable(String))), server Tuple(software_version Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"ssh"') > 0
  )
  WHERE event.event_type IN ('ssh')
)
-- include: guard.sql
