-- What stands in these lines of these files, as received? Pairs that were not asked for are left out by whoever asks.
SELECT file_uid, line_number, source_file, substringUTF8(line, 1, 1500) AS text, lengthUTF8(line) > 1500 AS is_cut
FROM raw
WHERE file_uid IN {files:Array(String)} AND line_number IN {lines:Array(UInt64)}
ORDER BY file_uid, line_number, source_file, text
LIMIT 1 BY file_uid, line_number
LIMIT 10000
