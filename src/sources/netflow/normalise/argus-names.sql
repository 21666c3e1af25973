  (SELECT splitByChar(',', replaceOne(argMin(line, line_number), '\xEF\xBB\xBF', '')) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE position(line, 'StartTime') IN (1, 4)) AS names,
