  -- How the values of a record are read; included in the WITH of the statements of this folder. '-' stands for nothing.
  (name -> nullIf(nullIf(trimBoth(row[lower(name)]), ''), '-')) AS field,
  ((name, key) -> nullIf(JSONExtract(row[lower(name)], key, 'Nullable(String)'), '')) AS inner_field,
  -- The value of a list of {"Key", "ValueString"} that has one of these keys.
  ((list, keys) -> nullIf(arrayFirst(text -> text != '', arrayMap(entry -> JSONExtractString(entry, 'ValueString'), arrayFilter(entry -> has(keys, JSONExtractString(entry, 'Key')), JSONExtractArrayRaw(list)))), '')) AS named,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  -- Seconds, milliseconds or ISO 8601, as text or number; what lies outside 1970 to 2200 (a sensor without a clock) is no time.
  -- Any other shape is none: a year or a day alone would be filled up with today's date.
  (text -> if(match(text, '^[1-9]\\d{8,9}(?:\\.\\d*)?$|^[1-9]\\d{12}(?:\\.\\d*)?$|^\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d))?)?$'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS written,
  (text -> if(written(text) >= toDateTime64('1970-01-02 00:00:00', 6, 'UTC') AND written(text) < toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), written(text), NULL)) AS moment,
  (text -> multiIf(lower(text) IN ('true', '1', 'yes'), true, lower(text) IN ('false', '0', 'no'), false, NULL)) AS truth,
  (text -> nullIf(replaceRegexpOne(lower(trimBoth(text)), '\\.$', ''), '')) AS host_name,
  (path -> nullIf(replaceRegexpOne(path, '(?s)^.*[\\\\/]', ''), '')) AS base_name,
  (text -> nullIf(lower(replaceRegexpOne(text, '^[^\\\\]*\\\\', '')), '')) AS account,
  (text -> nullIf(lower(extract(text, '^([^\\\\]+)\\\\')), '')) AS domain_of,
  (text -> if(match(text, '^[^@\\s\\\\]+@[^@\\s]+\\.[^@\\s]+$'), lower(text), NULL)) AS mail_address,
  (text -> nullIf(lower(replaceAll(text, '-', ':')), '')) AS hardware_address,
  (text -> if(match(text, '^[0-9a-fA-F]{64}$') AND NOT match(text, '^0+$'), lower(text), NULL)) AS sha256,
  (text -> if(match(text, '^[0-9a-fA-F]{32}$') AND NOT match(text, '^0+$'), lower(text), NULL)) AS md5,
  -- Logon ids are decimal here; elsewhere they are written as 0x-text.
  (text -> if(match(text, '^[1-9]\\d{0,18}$'), concat('0x', replaceRegexpOne(lower(hex(toUInt64OrZero(text))), '^0+([0-9a-f])', '\\1')), NULL)) AS session
