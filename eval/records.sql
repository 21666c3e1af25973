-- What stands in these lines of these files, as received and whole? Pairs that were not asked for are left out by whoever asks.
SELECT file_uid, line_number, line
FROM raw
WHERE file_uid IN {files:Array(String)} AND line_number IN {lines:Array(UInt64)}
ORDER BY file_uid, line_number, line
LIMIT 1 BY file_uid, line_number
LIMIT 100000
