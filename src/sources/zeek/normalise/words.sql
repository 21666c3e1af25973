  -- How the values of a record are read; included in the WITH of the statements of this folder. The #fields line names the columns.
  (
    SELECT splitByChar('\t', substring(argMin(line, line_number), 9)) FROM records(file = {file:String}, first = 1, last = 1000)
    WHERE startsWith(line, '#fields\t')
  ) AS names,
  (text -> nullIf(nullIf(nullIf(text, '-'), ''), '(empty)')) AS known,
  (name -> known(fields[name])) AS field,
  -- The members of a set: tab-separated with commas, or a list in JSON.
  (text -> arrayFilter(one -> one NOT IN ('', '-', '(empty)'), if(startsWith(text, '['), JSONExtract(text, 'Array(String)'), splitByChar(',', text)))) AS members,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(text)), '^::ffff:', '')) AS address,
  (text -> nullIf(trimRight(lower(text), '.'), '')) AS host_name,
  (path -> nullIf(replaceRegexpOne(path, '(?s)^.*[\\\\/]', ''), '')) AS base_name,
  -- Seconds since 1970, or a date in text as JSON logs may have it. Less than a whole date would be completed from today's.
  (text -> multiIf(match(text, '^[0-9]{1,10}([.][0-9]+)?$'), toDateTime64(toDecimal64OrNull(text, 6), 6, 'UTC'),
    match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T'), parseDateTime64BestEffortOrNull(text, 6, 'UTC'), NULL)) AS moment,
  -- A later moment. Bounded before it is added: a value that becomes NULL is computed all the same, and must not overflow.
  ((time, seconds) -> if(seconds >= 0 AND seconds < 1000000000, addMicroseconds(time, toInt64(round(least(greatest(ifNull(if(isFinite(seconds), seconds, 0), 0), 0), 1000000000) * 1000000))), NULL)) AS after
