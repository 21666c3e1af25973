-- Why is a TAP record refused?
SELECT line_number, 'a TAP message without a time (messageTime)' AS reason
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE isValidJSON(line) AND (JSONExtractString(line, '_container') IN ('messagesDelivered', 'messagesBlocked') OR JSONHas(line, 'threatsInfoMap'))
  AND NOT JSONHas(line, 'messageTime') AND NOT JSONHas(line, '_record', 'messageTime')
