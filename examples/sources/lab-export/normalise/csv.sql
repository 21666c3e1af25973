  -- A line of CSV is cut at its commas, and parts are put together again while a quotation mark is open; doubled marks stand for one.
  (part -> if(length(part) > 1 AND startsWith(part, '"') AND endsWith(part, '"'), replaceAll(substring(part, 2, length(part) - 2), '""', '"'), part)) AS unquoted,
  (parts -> arrayMap(group -> unquoted(arrayStringConcat(group, ',')),
    arraySplit((part, marks) -> marks % 2 = 0, parts, arrayPushFront(arrayPopBack(arrayCumSum(part -> countSubstrings(part, '"'), parts)), 0)))) AS rejoined,
  (text -> if(position(text, '"') = 0, splitByChar(',', text), rejoined(splitByChar(',', text)))) AS cells,
  -- The first line names the columns; `cell` finds a value by the name of its column, NULL where there is none.
  (SELECT cells(replaceOne(argMin(line, line_number), '\xEF\xBB\xBF', '')) FROM records(file = {file:String}, first = 1, last = 1000)) AS names,
  (name -> nullIf(trim(values[nullIf(indexOf(names, name), 0)]), '')) AS cell
