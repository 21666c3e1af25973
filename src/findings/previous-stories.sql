-- Which stories did the earlier run tell?
SELECT uid, title, severity, score, first_seen, last_seen
FROM (
  SELECT
    story_uid AS uid,
    JSONExtractString(document, 'title') AS title,
    JSONExtractString(document, 'severity') AS severity,
    score,
    JSONExtractString(document, 'firstSeen') AS first_seen,
    JSONExtractString(document, 'lastSeen') AS last_seen
  FROM story
  WHERE run_uid = {run:String}
  ORDER BY story_uid, recorded_time DESC
  LIMIT 1 BY story_uid
)
ORDER BY score DESC, uid
LIMIT 10000
