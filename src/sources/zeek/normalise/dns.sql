-- into: dns_activity
-- format: zeek-dns-tsv, zeek-dns-json
-- Zeek dns.log: one lookup a line, or one message a line where a field is_response tells queries from answers (Zeek manual, dns.log).
WITH
  -- include: words.sql
SELECT
  concat('zeek-dns:', record_uid) AS metadata_uid,
  time,
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
  host_name(field('query')) AS query_hostname,
  coalesce(field('qtype_name'), transform(field('qtype'),
    ['1', '2', '5', '6', '10', '12', '15', '16', '28', '33', '35', '43', '46', '47', '48', '64', '65', '250', '251', '252', '255', '257'],
    ['A', 'NS', 'CNAME', 'SOA', 'NULL', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'NAPTR', 'DS', 'RRSIG', 'NSEC', 'DNSKEY', 'SVCB', 'HTTPS', 'TSIG', 'IXFR', 'AXFR', '*', 'CAA'],
    field('qtype'))) AS query_type,
  field('qclass_name') AS query_class,
  coalesce(field('rcode_name'), transform(field('rcode'), ['0', '1', '2', '3', '4', '5'],
    ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'], field('rcode'))) AS rcode,
  members(fields['answers']) AS answers,
  toFloat64OrNull(splitByChar(',', trim(BOTH '[]' FROM fields['TTLs']))[1]) AS answer_ttl_seconds
-- include: records-by-field.sql
  WHERE mapContains(fields, 'query') AND (mapContains(fields, 'qtype') OR mapContains(fields, 'qtype_name') OR mapContains(fields, 'rcode'))
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND isNotNull(address(src))
