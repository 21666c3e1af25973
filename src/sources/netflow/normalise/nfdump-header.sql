-- Which lines of an nfdump CSV file carry no record: its header and the summary at its end?
WITH (SELECT min(line_number) FROM records(file = {file:String}, first = 1, last = 18446744073709551615) WHERE startsWith(line, 'Summary')) AS summary
SELECT line_number FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE startsWith(line, 'ts,') OR (summary > 0 AND line_number >= summary)
