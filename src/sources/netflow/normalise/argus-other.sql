-- Which Argus records are no flow between two addresses (ARP, LLC and the like), and are kept as received?
WITH
  -- include: argus-names.sql
  -- include: words.sql
SELECT line_number, concat('Argus ', ifNull(lower(field('Proto')), 'record without a protocol')) AS kind
FROM (
  SELECT line_number, splitByChar(',', line) AS values
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
)
WHERE length(values) = length(names)
  AND (lower(field('Proto')) IN ('arp', 'rarp', 'llc') OR match(field('SrcAddr'), '^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$'))
  AND isNotNull(moment(field('StartTime')))
