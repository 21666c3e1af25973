-- Which netflow events are kept as received? Where the same file has flow events, they tell of the same connections, both ways at once.
WITH (SELECT countIf(position(line, '"event_type":"flow"') > 0 OR position(line, '"event_type": "flow"') > 0)
  FROM records(file = {file:String}, first = 1, last = 10000)) AS flows
SELECT line_number, 'Suricata netflow beside flow events' AS kind
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE flows > 0 AND position(line, '"netflow"') > 0 AND JSONExtractString(line, 'event_type') = 'netflow'
