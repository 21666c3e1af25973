-- into: dns_activity
-- format: windows-events
-- Names that processes looked up: Sysmon 22 (Sysmon's manifest; statuses are Windows error codes, winerror.h DNS_ERROR_*).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?22\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Sysmon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Query' AS activity_name,
  host_name(field('QueryName')) AS query_hostname,
  nullIf(transform(ifNull(field('QueryStatus'), ''), ['0', '9501', '9001', '9002', '9003', '9004', '9005', '1460'],
    ['NOERROR', 'NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'TIMEOUT'], ''), '') AS rcode,
  -- 'type:  5 www.example.org;::ffff:192.0.2.1;' is an alias and an address.
  arrayFilter(answer -> answer != '', arrayMap(answer -> ifNull(coalesce(address(trimBoth(answer)), host_name(replaceRegexpOne(trimBoth(answer), '^type:\\s*\\d+\\s*', ''))), ''),
    splitByChar(';', ifNull(field('QueryResults'), '')))) AS answers,
  computer AS device_hostname,
  account(field('User'), NULL) AS actor_user_name,
  base_name(field('Image')) AS actor_process_name,
  known_path(field('Image')) AS actor_process_path
FROM (
  -- include: event.sql
)
WHERE is_windows_event AND has_time AND log = 'sysmon' AND event_id = 22 AND isNotNull(field('QueryName'))
