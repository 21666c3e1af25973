-- Which lines of an nfdump CSV file carry no record: its header and the three lines of the summary at its end?
SELECT line_number FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE match(line, '^(\xEF\xBB\xBF)?(ts|firstSeen),') OR line = 'Summary' OR startsWith(line, 'flows,bytes,packets') OR match(line, '^[0-9]+(,[0-9]+){5}$')
