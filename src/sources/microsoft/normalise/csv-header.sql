-- Which line names the columns of a table exported as CSV?
SELECT min(line_number) AS line_number
FROM records(file = {file:String}, first = 1, last = 10)
WHERE NOT match(line, '^\\s*[{\\[]')
HAVING count() > 0
