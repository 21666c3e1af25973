-- Why is a CloudTrail event refused?
SELECT line_number,
  multiIf(NOT isValidJSON(line), 'it is not valid JSON', NOT JSONHas(line, 'eventName') OR NOT JSONHas(line, 'eventSource'), 'it has no eventName and eventSource, so it is no CloudTrail event',
    NOT JSONHas(line, 'userIdentity'), 'a CloudTrail event without userIdentity',
    JSONHas(line, 'eventTime') OR JSONHas(line, '@timestamp'), 'a CloudTrail event whose eventTime cannot be read or lies outside 1970 to 2200',
    'a CloudTrail event without a time (eventTime)') AS reason
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
