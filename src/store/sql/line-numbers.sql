-- Which lines of a file does raw hold? Asked only when they are not simply the first ones.
SELECT DISTINCT line_number AS line FROM raw WHERE file_uid = {file:String} ORDER BY line
