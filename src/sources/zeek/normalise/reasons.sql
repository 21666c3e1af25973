-- Why is a line of a Zeek log refused?
WITH
  -- include: words.sql
SELECT line_number,
  multiIf(
    startsWith(line, '{') AND NOT isValidJSON(line), 'it is not valid JSON',
    NOT startsWith(line, '{') AND countSubstrings(line, '\t') + 1 != length(names), concat('it has ', toString(countSubstrings(line, '\t') + 1), ' values for ', toString(length(names)), ' fields'),
    ts IS NULL, 'a Zeek record without a time (ts)',
    ifNull(moment(ts) < toDateTime64('1970-01-01 00:00:00', 6, 'UTC') OR moment(ts) >= toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), 1), 'a Zeek record whose time (ts) cannot be read or lies outside 1970 to 2200',
    isNull(address(coalesce(field('id.orig_h'), field('id_orig_h')))), 'a Zeek record without the address of an originator',
    'a record of another Zeek log than the file''s others') AS reason
FROM (
  SELECT line_number, line, field('ts') AS ts,
    if(startsWith(line, '{'), JSONExtract(line, 'Map(String, String)'), mapFromArrays(names, arrayResize(splitByChar('\t', line), length(names), ''))) AS fields
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
)
