  -- How the values of a record are read; included in the WITH of the statements of this folder.
  -- header: the columns of a table exported as CSV, in lower case and without the zone that the portal writes behind them; empty for JSON.
  (
    SELECT arrayMap(name -> lower(replaceRegexpOne(trimBoth(replaceRegexpOne(name, '^"(.*)"$', '\\1')), '(?i) \\[utc\\]$', '')),
      if(match(first_line, '^\\s*[{\\[]'), [], extractAll(concat(',', replaceRegexpOne(first_line, '^\\x{FEFF}', '')), ',("(?:[^"]|"")*"|[^,]*)')))
    FROM (
      SELECT substring(argMinIf(line, line_number, notEmpty(trimBoth(line))), 1, 65536) AS first_line
      FROM records(file = {file:String}, first = 1, last = 10)
    )
  ) AS header,
  (name -> nullIf(trimBoth(row[lower(name)]), '')) AS field,
  -- A value inside a value: an object, or (in tables) the text of one.
  ((name, key) -> nullIf(JSONExtract(row[lower(name)], key, 'Nullable(String)'), '')) AS inner_field,
  ((name, key, part) -> nullIf(JSONExtract(row[lower(name)], key, part, 'Nullable(String)'), '')) AS inner_part,
  -- Lists of {"key", "value"}, {"Key", "Value"} or {"Name", "Value"}: the text of the value with this name.
  ((list, name) -> nullIf(arrayFirst(text -> text != '', arrayMap(entry -> concat(JSONExtract(entry, 'value', 'String'), JSONExtract(entry, 'Value', 'String')),
    arrayFilter(entry -> has([JSONExtractString(entry, 'key'), JSONExtractString(entry, 'Key'), JSONExtractString(entry, 'Name')], name), JSONExtractArrayRaw(list)))), '')) AS named,
  -- The first of these members of an object that has a text.
  ((object, names) -> nullIf(arrayFirst(text -> text != '', arrayMap(name -> JSONExtract(object, name, 'String'), names)), '')) AS said,
  -- Addresses come bare, with a port behind them, and in brackets.
  (text -> replaceRegexpOne(toString(coalesce(
    toIPv6OrNull(text),
    toIPv6OrNull(extract(text, '^(\\d+\\.\\d+\\.\\d+\\.\\d+):\\d+$')),
    toIPv6OrNull(extract(text, '^\\[([0-9a-fA-F:.]+)(?:%\\w+)?\\](?::\\d+)?$')))), '^::ffff:', '')) AS address,
  -- The portal writes times as 7/4/2024, 10:35:00.400 PM. Anything but a whole date is none: the engine would complete it from today's.
  (text -> multiIf(
    match(text, '^\\d{1,2}/\\d{1,2}/\\d{4}\\b'), parseDateTime64BestEffortUSOrNull(text, 6, 'UTC'),
    match(text, '^\\d{4}-\\d{1,2}-\\d{1,2}(?:[T ]\\d|$)'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'),
    NULL)) AS moment,
  (time -> ifNull(time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), false)) AS is_in_time,
  (text -> multiIf(lower(text) IN ('true', '1'), true, lower(text) IN ('false', '0'), false, NULL)) AS truth,
  (text -> nullIf(replaceRegexpOne(lower(trimBoth(text)), '\\.$', ''), '')) AS host_name,
  (path -> nullIf(replaceRegexpOne(path, '(?s)^.*[\\\\/]', ''), '')) AS base_name,
  -- 'CONTOSO\Alice' is the account alice; 'Alice@contoso.com' stays whole.
  (text -> nullIf(lower(replaceRegexpOne(text, '^[^\\\\]*\\\\', '')), '')) AS account,
  (text -> if(match(text, '^[^@\\s\\\\]+@[^@\\s]+\\.[^@\\s]+$'), lower(text), NULL)) AS mail_address
