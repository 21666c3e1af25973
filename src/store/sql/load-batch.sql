-- A batch of lines of a file, streamed to a server.
INSERT INTO raw (file_uid, source_file, line_number, line)
SELECT {file:String}, {sourceFile:String}, line_number, line
FROM input('line_number UInt64, line String')
FORMAT RowBinary
