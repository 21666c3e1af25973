  -- How the values of an event are read; included in the WITH of the statements of this folder.
  (text -> nullIf(trimBoth(text), '')) AS filled,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(replaceRegexpOne(text, '%.*$', ''))), '^::ffff:', '')) AS address,
  -- Where text belongs, an object or a list is read as its JSON: no name and no uid.
  (text -> if(match(text, '^[{\\[]'), NULL, text)) AS plain,
  (text -> nullIf(trimRight(lower(plain(text)), '.'), '')) AS host_name,
  (path -> nullIf(replaceRegexpOne(path, '(?s)^.*[\\\\/]', ''), '')) AS base_name,
  -- 'CONTOSO\Alice' is the account alice; 'alice@contoso.com' stays whole.
  (text -> nullIf(lower(replaceRegexpOne(text, '(?s)^.*\\\\', '')), '')) AS account,
  ((domain, text) -> nullIf(lower(coalesce(filled(domain), extract(text, '^([^\\\\]+)\\\\'))), '')) AS domain_of,
  -- OCSF's times are milliseconds since 1970; `…_dt` says the same in text, with more digits. Some writers put the text in both.
  -- Bounded before it is added: a value that becomes NULL is computed all the same, and must not overflow.
  ((time, milliseconds) -> if(milliseconds >= 0 AND milliseconds < 7258118400000, addMilliseconds(time, least(greatest(ifNull(milliseconds, 0), 0), 7258118400000)), NULL)) AS after,
  (number -> after(toDateTime64('1970-01-01 00:00:00', 6, 'UTC'), number)) AS from_milliseconds,
  -- Less than a whole date would be completed from today's.
  (text -> multiIf(match(text, '^[0-9]{1,18}([.]0*)?$'), from_milliseconds(toInt64OrNull(extract(text, '^[0-9]+'))),
    match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS from_text,
  ((number, text) -> coalesce(from_text(text), from_text(number))) AS moment,
  ((list, id, name) -> lower(filled(arrayFirst(hash -> ifNull(hash.algorithm_id = id, 0) OR ifNull(lower(replaceAll(hash.algorithm, '-', '')) = name, 0), list).value))) AS hash_of,
  -- The name that the class gives to its number; a number of the writer's own is named by the writer.
  ((id, numbers, names, caption) -> coalesce(nullIf(transform(ifNull(id, -1), numbers, names, ''), ''), filled(caption))) AS named
