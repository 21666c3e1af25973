-- Which Argus records are no flow between two addresses (ARP, LLC and the like), and are kept as received?
WITH (SELECT splitByChar(',', argMin(line, line_number)) FROM records(file = {file:String}, first = 1, last = 1000) WHERE position(line, 'StartTime') IN (1, 4)) AS names
SELECT line_number, concat('Argus ', values[indexOf(arrayConcat(names, ['Proto']), 'Proto')]) AS kind
FROM (
  SELECT line_number, splitByChar(',', line) AS values
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
)
WHERE length(values) = length(names)
  AND (values[indexOf(arrayConcat(names, ['Proto']), 'Proto')] IN ('arp', 'rarp', 'llc')
    OR match(values[indexOf(arrayConcat(names, ['SrcAddr']), 'SrcAddr')], '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'))
  AND isNotNull(parseDateTime64BestEffortOrNull(values[indexOf(arrayConcat(names, ['StartTime']), 'StartTime')], 6, 'UTC'))
