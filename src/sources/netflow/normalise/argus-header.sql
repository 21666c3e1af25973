-- Which lines of an Argus file carry no record?
SELECT line_number FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64}) WHERE startsWith(replaceOne(line, '\xEF\xBB\xBF', ''), 'StartTime,')
