-- Which records of other Zeek logs are kept as received, because no table takes them yet?
SELECT line_number,
  concat('Zeek ', coalesce(
    nullIf(JSONExtractString(line, '_path'), ''), nullIf(JSONExtractString(line, '@stream'), ''),
    (SELECT nullIf(substring(argMin(line, line_number), 7), '') FROM records(file = {file:String}, first = 1, last = 1000) WHERE startsWith(line, '#path\t')),
    'record of an unnamed log')) AS kind
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE NOT startsWith(line, '#') AND (NOT startsWith(line, '{') OR (isValidJSON(line) AND JSONHas(line, 'ts')))
