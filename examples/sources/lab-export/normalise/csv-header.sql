-- Which line of a CSV file names its columns?
SELECT min(line_number) AS line_number FROM records(file = {file:String}, first = 1, last = 1000)
