-- How many lines of a file does raw hold, and up to which one?
SELECT count() AS present, max(line_number) AS last FROM raw WHERE file_uid = {file:String}
