  -- Each candidate (columns file_uid, line_number, record_uid, line) as a syslog message: time, host, program, pid, message. Included by
  -- the statements of this folder. Forms: 'Mar 27 13:06:56 host program[pid]: message' (RFC 3164, optionally with a priority or a year)
  -- and the same with an ISO 8601 time. A time without a zone is taken as UTC. A time without a year takes {year}, the year in which
  -- the log ends: lines before the turn of a year take the earlier one.
  SELECT file_uid, line_number, record_uid,
    time, host, program, pid, message,
    -- A day that the month does not have would be read as one of the next month.
    ifNull((parts[6] != '' OR toDayOfMonth(time) = toUInt8OrZero(parts[2])) AND time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), false) AS has_time
  FROM (
    SELECT *,
      multiIf(parts[6] != '', replaceOne(parts[6], ',', '.'), month = 0, '',
        concat(leftPad(toString(year), 4, '0'), '-', leftPad(toString(month), 2, '0'), '-', leftPad(parts[2], 2, '0'), ' ', parts[4])) AS calendar_text,
      parseDateTime64BestEffortOrNull(calendar_text, 6, 'UTC') AS time,
      nullIf(lower(trimRight(parts[7], '.')), '') AS host,
      replaceRegexpOne(parts[8], '^.*/|\\]$', '') AS program,
      parts[9] AS pid,
      parts[10] AS message
    FROM (
      SELECT *,
        indexOf(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'], parts[1]) AS month,
        toInt32(coalesce(toUInt16OrNull(parts[3]), toUInt16OrNull(parts[5]), {year:UInt16} - arraySum(turn -> if(turn.1 > line_number, turn.2, 0), turns))) AS year
      FROM (
        SELECT *, extractGroups(line, '^(?:<\\d{1,3}>)?(?:([A-Z][a-z]{2}) +(\\d{1,2}) +(?:(\\d{4}) +)?(\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?)(?: +(\\d{4}))?|(\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(?:[.,]\\d+)?(?:Z|[+-]\\d{2}:?\\d{2})?)) +(\\S+) +([^\\s:\\[]+)(?:\\[(\\d+)\\])?: ?(.*?)\\s*$') AS parts
        FROM candidates
      )
    )
    WHERE notEmpty(parts)
  )
