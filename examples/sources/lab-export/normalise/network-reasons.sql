-- Why is a network connection refused?
SELECT line_number,
  multiIf(NOT isValidJSON(line), 'it is not valid JSON',
    NOT JSONHas(line, 'source_ip'), 'it is no network connection: it has no source_ip',
    'its time or an address is missing or cannot be read') AS reason
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
