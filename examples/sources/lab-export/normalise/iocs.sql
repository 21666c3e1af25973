-- Which lines are indicators? They are no events: they are kept as received, and put to use by another command.
SELECT line_number, 'list of indicators (spoor intel add FILE puts it to use)' AS kind
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE if(startsWith(line, '{'), JSONHas(line, 'value'), countSubstrings(line, ',') >= 2 AND NOT startsWith(replaceOne(line, '\xEF\xBB\xBF', ''), 'type,value,source'))
