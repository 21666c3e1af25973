-- Lines that say the same as an earlier line of their file: the second, third, … of their kind. Written by Store.load, so that
-- reading records costs no pass over the whole file.
-- shard by: cityHash64(file_uid)
CREATE TABLE IF NOT EXISTS repeated_line (
  file_uid LowCardinality(String),
  line_number UInt64,
  ordinal UInt64
) ENGINE = MergeTree ORDER BY (file_uid, line_number)
SETTINGS non_replicated_deduplication_window = 10000;

-- The records of a file from line `first` to line `last`: every line that is not blank, with a uid that is the same wherever and
-- however often the file is read, and different for lines that repeat each other. `ordinal` is 1 for a line that says something new, 2
-- for the first line that repeats it, and so on. Half of a surrogate pair (\ud800 alone), which programs write where text was cut or
-- meant to deceive, is left out of JSON: the engine would take the whole record for damaged.
CREATE OR REPLACE VIEW records AS
SELECT
  lines.file_uid AS file_uid,
  lines.source_file AS source_file,
  lines.line_number AS line_number,
  if(startsWith(lines.line, '{') AND multiSearchAny(lines.line, ['\\ud', '\\uD']),
    replaceRegexpAll(
      lines.line,
      '(\\\\[^u]|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}',
      '\\1'
    ),
    lines.line) AS line,
  greatest(ifNull(repeated.which, 1), 1) AS ordinal,
  lower(hex(sipHash128(lines.line, ordinal))) AS record_uid
FROM (
  SELECT file_uid, source_file, line_number, line FROM raw
  WHERE file_uid = {file:String} AND line_number >= {first:UInt64} AND line_number <= {last:UInt64} AND match(line, '\\S')
) AS lines
GLOBAL LEFT JOIN (
  SELECT line_number, max(ordinal) AS which FROM repeated_line
  WHERE file_uid = {file:String} AND line_number >= {first:UInt64} AND line_number <= {last:UInt64}
  GROUP BY line_number
) AS repeated ON lines.line_number = repeated.line_number;
