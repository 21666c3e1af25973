-- Which recorded run reached furthest of those whose window ended before this one's? A hunt that is repeated is compared with the same.
SELECT
  run_uid,
  toString(recorded_time) AS recorded,
  document
FROM run
WHERE JSONExtractString(document, 'window', 'to') < {to:String}
ORDER BY JSONExtractString(document, 'window', 'to') DESC, recorded_time DESC, run_uid DESC
LIMIT 1
