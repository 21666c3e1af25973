-- Why is a TAP record refused?
WITH
  -- include: words.sql
SELECT line_number,
  multiIf(NOT isValidJSON(line), 'it is not valid JSON',
    container IN ('messagesDelivered', 'messagesBlocked') OR JSONHas(record, 'threatsInfoMap') OR JSONHas(record, 'messageTime'),
      if(JSONHas(record, 'messageTime'), 'a TAP message whose messageTime cannot be read or lies outside 1970 to 2200', 'a TAP message without a time (messageTime)'),
    container IN ('clicksPermitted', 'clicksBlocked') OR JSONHas(record, 'clickTime'),
      if(JSONHas(record, 'clickTime'), 'a TAP click whose clickTime cannot be read or lies outside 1970 to 2200', 'a TAP click without a time (clickTime)'),
    'no TAP message, click or person') AS reason
FROM (
  SELECT line_number, line, JSONExtractString(line, '_container') AS container, if(JSONHas(line, '_record'), JSONExtractRaw(line, '_record'), line) AS record
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
)
