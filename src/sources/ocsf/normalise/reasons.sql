-- Why is an OCSF event refused?
SELECT line_number,
  multiIf(NOT isValidJSON(line), 'it is not valid JSON', NOT JSONHas(line, 'class_uid'), 'it has no class_uid, so it is no OCSF event',
    NOT JSONHas(line, 'time') AND NOT JSONHas(line, 'time_dt'), 'an OCSF event without a time',
    'an OCSF event whose time cannot be read or lies outside 1970 to 2200') AS reason
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
