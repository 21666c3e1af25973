-- What were vendors asked, and what came of it? Attempts of the last ten days one by one, which is longer than anything is looked at again
-- (plan.ts); older ones as the stretches that they make together, by the day on which they begin: watching writes thousands of rows a day.
-- A stretch was asked for when the last of its attempts was. Of snapshots the last of a day stays.
WITH
  attempt AS (
    SELECT source, stream, kind, tables, from_time, to_time, covered_to_time, asked_time, state, records, calls, bytes, reason,
      state IN ('complete', 'partial') AS is_answered,
      if(is_answered, covered_to_time, to_time) AS reach_time,
      toDate(from_time) AS day,
      recorded_time < (SELECT max(recorded_time) FROM collection) - INTERVAL 10 DAY AS is_old
    FROM collection
    WHERE ({source:String} = '' OR source = {source:String}) AND ({stream:String} = '' OR stream = {stream:String})
  ),
  edged AS (
    SELECT *,
      kind != 'snapshot' AND from_time > max(reach_time) OVER (
        PARTITION BY source, stream, kind, state, reason, day ORDER BY from_time, to_time, asked_time, reach_time
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_apart
    FROM attempt
    WHERE is_old
  ),
  numbered AS (
    SELECT *,
      sum(toUInt32(is_apart)) OVER (
        PARTITION BY source, stream, kind, state, reason, day ORDER BY from_time, to_time, asked_time, reach_time
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
    FROM edged
  ),
  stretch AS (
    SELECT source, stream, kind, state, reason,
      max(tables) AS stretch_tables,
      if(kind = 'snapshot', max(from_time), min(from_time)) AS begins,
      max(to_time) AS ends,
      if(max(is_answered), max(covered_to_time), begins) AS covered,
      max(asked_time) AS asked,
      if(kind = 'snapshot', argMax(records, (asked_time, records)), sum(records)) AS stretch_records,
      sum(calls) AS stretch_calls,
      sum(bytes) AS stretch_bytes,
      -- What was answered in part is asked for twice at most: a stretch that was says so by being there twice.
      state = 'partial'
        AND sum(dateDiff('millisecond', from_time, reach_time)) >= 2 * dateDiff('millisecond', begins, covered) AS is_twice
    FROM numbered
    GROUP BY source, stream, kind, state, reason, day, island
  )
SELECT source, stream, kind, stretch_tables AS tables,
  toUnixTimestamp64Milli(begins) AS from, toUnixTimestamp64Milli(ends) AS to,
  toUnixTimestamp64Milli(covered) AS coveredTo, toUnixTimestamp64Milli(asked) AS askedAt,
  state, if(copy = 0, stretch_records, 0) AS records, if(copy = 0, stretch_calls, 0) AS calls,
  if(copy = 0, stretch_bytes, 0) AS bytes, reason
FROM (
  SELECT source, stream, kind, stretch_tables, begins, ends, covered, asked, state, stretch_records, stretch_calls, stretch_bytes, reason,
    arrayJoin(range(1 + toUInt8(is_twice))) AS copy
  FROM stretch
  UNION ALL
  SELECT source, stream, kind, tables, from_time, to_time, covered_to_time, asked_time, state, records, calls, bytes, reason, 0
  FROM attempt
  WHERE NOT is_old
)
-- Newest first: should a store ever hold more, the oldest attempts are what is left out.
ORDER BY askedAt DESC, from DESC, source, stream, to, state, reason, coveredTo, records DESC, calls DESC, bytes DESC, kind, tables
LIMIT 200000
