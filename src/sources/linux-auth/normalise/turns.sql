  -- Where does the year turn? (line_number, 1) where the months of a log run backwards by half a year or more (December, then January),
  -- (line_number, -1) where two lines about midnight of New Year stand in the other order. Of the whole file: a slice does not know.
  (
    SELECT arrayFilter(turn -> turn.2 != 0, arrayMap((month, step) -> (month.1, multiIf(step <= -6, 1, step = 11, -1, 0)), months, arrayDifference(arrayMap(month -> toInt16(month.2), months))))
    FROM (
      SELECT arraySort(groupArray((line_number, month))) AS months
      FROM (
        SELECT line_number, indexOf(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'], substring(replaceRegexpOne(line, '^<\\d{1,3}>', ''), 1, 3)) AS month
        FROM records(file = {file:String}, first = 1, last = 18446744073709551615)
        WHERE month > 0
      )
    )
  ) AS turns
