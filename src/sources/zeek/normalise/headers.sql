-- Which lines of a tab-separated Zeek log carry no record?
SELECT line_number FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64}) WHERE startsWith(line, '#')
