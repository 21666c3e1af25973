-- Which lines of a file say the same as an earlier line of it, and for the how-manieth time? Asked once, after a load.
INSERT INTO repeated_line (file_uid, line_number, ordinal)
WITH
  hashes AS (
    SELECT cityHash64(line) AS hash FROM raw
    WHERE file_uid = {file:String} AND notEmpty(line)
    GROUP BY hash HAVING count() > 1
  ),
  numbered AS (
    SELECT line_number, row_number() OVER (PARTITION BY sipHash128(line) ORDER BY line_number) AS position
    FROM raw
    WHERE file_uid = {file:String} AND cityHash64(line) GLOBAL IN (SELECT hash FROM hashes)
  )
SELECT {file:String}, line_number, position
FROM numbered
WHERE position > 1
  AND line_number GLOBAL NOT IN (SELECT line_number FROM repeated_line WHERE file_uid = {file:String})
