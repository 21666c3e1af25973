-- Why is a Suricata event refused?
SELECT line_number,
  multiIf(NOT isValidJSON(line), 'it is not valid JSON', JSONExtractString(line, 'event_type') = '', 'it has no event_type, so it is no Suricata event',
    ifNull(NOT match(stamp, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T') OR time < toDateTime64('1970-01-01 00:00:00', 6, 'UTC') OR time >= toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), 1),
      'a Suricata event whose timestamp cannot be read or lies outside 1970 to 2200',
    'a Suricata event without two addresses') AS reason
FROM (
  SELECT line_number, line, JSONExtractString(line, 'timestamp') AS stamp, parseDateTime64BestEffortOrNull(stamp, 6, 'UTC') AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
)
