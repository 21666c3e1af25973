-- Which findings that watching recorded, in their newest revision, has a sink not been given at their severity or above?
SELECT finding_uid, severity, document
FROM (
  SELECT finding_uid, run_uid, activity_name, severity, is_within_budget, score, document
  FROM finding
  ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
  LIMIT 1 BY finding_uid
)
WHERE startsWith(run_uid, 'watch-')
  AND activity_name != 'Close'
  AND is_within_budget
  AND has({severities:Array(String)}, severity)
  AND (finding_uid, severity) GLOBAL NOT IN (SELECT finding_uid, severity FROM delivery WHERE sink = {sink:String})
ORDER BY score DESC, finding_uid
LIMIT 10000
