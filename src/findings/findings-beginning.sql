-- Which findings does the beginning of a uid mean, each in its newest revision? Two are enough to know that it is not one.
SELECT finding_uid, document
FROM finding
WHERE startsWith(finding_uid, {id:String})
ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
LIMIT 1 BY finding_uid
LIMIT 2
