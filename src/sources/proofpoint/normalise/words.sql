  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  -- Less than a whole date would be completed from today's.
  (text -> if(match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment,
  -- Addresses are a list, or in some answers a text; as JSON they are told apart by how they begin.
  (json -> arrayFilter(text -> text != '', arrayMap(text -> ifNull(text, ''),
    if(startsWith(json, '['), JSONExtract(json, 'Array(Nullable(String))'), [JSONExtract(json, 'Nullable(String)')])))) AS texts,
  -- Fields have one name in the documents and another in some answers.
  ((one, other) -> coalesce(nullIf(one, ''), nullIf(other, ''))) AS either
