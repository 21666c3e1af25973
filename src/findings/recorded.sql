-- Which findings are on record, each in its newest revision?
SELECT finding_uid, activity_name, document
FROM finding
ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
LIMIT 1 BY finding_uid
LIMIT 100000
