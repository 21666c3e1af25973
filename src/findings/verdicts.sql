-- What did hunters decide of findings? The latest of each counts.
SELECT finding_uid, verdict, note, author, toString(recorded_time) AS recorded
FROM triage
ORDER BY finding_uid, recorded_time DESC, verdict, author, note
LIMIT 1 BY finding_uid
LIMIT 100000
