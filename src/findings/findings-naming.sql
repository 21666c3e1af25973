-- Which findings on record name a value, best first, each in its newest revision?
SELECT finding_uid, document
FROM (
  SELECT finding_uid, activity_name, score, document
  FROM finding
  ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
  LIMIT 1 BY finding_uid
)
WHERE
  activity_name != 'Close'
  AND has(arrayMap(each -> JSONExtractString(each, 'value'), JSONExtractArrayRaw(document, 'observables')), {value:String})
ORDER BY score DESC, finding_uid
LIMIT 50
