-- Which stories are on record, best first? One that the last run no longer tells is over.
SELECT document
FROM (
  SELECT story_uid, run_uid, score, document
  FROM story
  ORDER BY story_uid, recorded_time DESC, run_uid DESC, document DESC
  LIMIT 1 BY story_uid
)
WHERE run_uid GLOBAL IN (SELECT run_uid FROM run ORDER BY recorded_time DESC, run_uid DESC LIMIT 1)
ORDER BY score DESC, story_uid
LIMIT 100
