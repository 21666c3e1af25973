-- into: dns_activity
-- format: zeek-dns-tsv, zeek-dns-json
-- Zeek dns.log: one lookup a line, or one message a line where a field is_response tells queries from answers (Zeek manual, dns.log).
WITH
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (name -> nullIf(nullIf(nullIf(fields[name], '-'), ''), '(empty)')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS hostname
SELECT
  concat('zeek-dns:', record_uid) AS metadata_uid,
  toDateTime64(seconds, 6, 'UTC') AS time,
  'Zeek' AS metadata_product_vendor_name,
  'Zeek' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(field('is_response') = 'true', 'Response', field('is_response') = 'false', 'Query', 'Traffic') AS activity_name,
  field('uid') AS connection_info_uid,
  address(src) AS src_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.orig_p'), field('id_orig_p'))) AS src_endpoint_port,
  address(coalesce(field('id.resp_h'), field('id_resp_h'))) AS dst_endpoint_ip,
  toUInt16OrNull(coalesce(field('id.resp_p'), field('id_resp_p'))) AS dst_endpoint_port,
  lower(field('proto')) AS connection_info_protocol_name,
  hostname(field('query')) AS query_hostname,
  coalesce(field('qtype_name'), transform(field('qtype'),
    ['1', '2', '5', '6', '10', '12', '15', '16', '28', '33', '35', '43', '46', '47', '48', '64', '65', '250', '251', '252', '255', '257'],
    ['A', 'NS', 'CNAME', 'SOA', 'NULL', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'NAPTR', 'DS', 'RRSIG', 'NSEC', 'DNSKEY', 'SVCB', 'HTTPS', 'TSIG', 'IXFR', 'AXFR', '*', 'CAA'],
    field('qtype'))) AS query_type,
  field('qclass_name') AS query_class,
  coalesce(field('rcode_name'), transform(field('rcode'), ['0', '1', '2', '3', '4', '5'],
    ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'], field('rcode'))) AS rcode,
  if(startsWith(fields['answers'], '['), JSONExtract(fields['answers'], 'Array(String)'),
    arrayFilter(answer -> answer NOT IN ('', '-', '(empty)'), splitByChar(',', fields['answers']))) AS answers,
  toFloat64OrNull(splitByChar(',', trim(BOTH '[]' FROM fields['TTLs']))[1]) AS answer_ttl_seconds
FROM (
  SELECT record_uid, file_uid, line_number, fields, coalesce(field('id.orig_h'), field('id_orig_h')) AS src,
    toDecimal64OrNull(field('ts'), 6) AS seconds
  FROM (
    SELECT record_uid, file_uid, line_number,
      if(startsWith(line, '{'), JSONExtract(line, 'Map(String, String)'),
        mapFromArrays(names, arrayResize(splitByChar('\t', line), length(names), ''))) AS fields
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT startsWith(line, '#')
  )
  WHERE mapContains(fields, 'query') AND (mapContains(fields, 'qtype') OR mapContains(fields, 'qtype_name') OR mapContains(fields, 'rcode'))
)
WHERE seconds >= 0 AND seconds < 7258118400 AND isNotNull(address(src))
