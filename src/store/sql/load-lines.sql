-- The lines of a file that raw does not hold yet. {prefix} lines are known to be there; later ones are looked up.
INSERT INTO raw (file_uid, source_file, line_number, line)
SELECT {file:String}, {sourceFile:String}, _row_number + 1, trimRight(line, '\r')
FROM file({path:String}, 'LineAsString', 'line String', {compression:String})
WHERE _row_number + 1 > {prefix:UInt64}
  AND _row_number + 1 NOT IN (SELECT line_number FROM raw WHERE file_uid = {file:String} AND line_number > {prefix:UInt64})
