-- Why is a line of CSV refused?
WITH
  -- include: csv.sql
SELECT line_number,
  if(length(cells(line)) = length(names), 'its time or an address is missing or cannot be read',
    concat('it has ', toString(length(cells(line))), ' values for ', toString(length(names)), ' columns')) AS reason
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
