-- Which findings are on record, best first, each in its newest revision?
SELECT finding_uid, document
FROM (
  SELECT finding_uid, activity_name, detector, score, document
  FROM finding
  ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
  LIMIT 1 BY finding_uid
)
WHERE ({closed:Bool} OR activity_name != 'Close') AND ({detector:String} = '' OR detector = {detector:String})
ORDER BY score DESC, finding_uid
LIMIT {limit:UInt32}
