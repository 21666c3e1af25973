-- into: dns_activity
-- format: falcon-event
-- Names that machines asked for: DnsRequest (Falcon event dictionary). QueryStatus is a Windows code (winerror.h, DNS_ERROR_RCODE_…).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:DnsRequest)"', 'fdr_event_type"\\s*:\\s*"(?:DnsRequest)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Query' AS activity_name,
  local_ip AS src_endpoint_ip,
  address(row['respondingdnsserver']) AS dst_endpoint_ip,
  query AS query_hostname,
  nullIf(transform(row['requesttype'], ['1', '2', '5', '6', '12', '15', '16', '28', '33', '35', '43', '46', '48', '64', '65', '255'],
    ['A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'NAPTR', 'DS', 'RRSIG', 'DNSKEY', 'SVCB', 'HTTPS', 'ANY'], if(match(row['requesttype'], '^\\d+$'), concat('TYPE', row['requesttype']), upper(row['requesttype']))), '') AS query_type,
  transform(row['querystatus'], ['0', '9001', '9002', '9003', '9004', '9005', '9501'], ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'NOERROR'], NULL) AS rcode,
  arrayConcat(
    arrayFilter(name -> name != '', arrayMap(name -> trimRight(lower(trimBoth(name)), '.'), splitByChar(';', row['cnamerecords']))),
    arrayMap(ip -> assumeNotNull(ip), arrayFilter(ip -> isNotNull(ip), arrayMap(text -> address(trimBoth(text)), splitByChar(';', concat(row['ip4records'], ';', row['ip6records'])))))) AS answers,
  agent AS device_uid,
  computer AS device_hostname,
  local_ip AS device_ip,
  user AS actor_user_name,
  base_name(context_path) AS actor_process_name,
  field('contextImageFileName') AS actor_process_path
FROM (
  SELECT *, host_name(row['domainname']) AS query
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND event_name = 'DnsRequest' AND isNotNull(query)
