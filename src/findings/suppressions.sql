-- What is to be kept out of the way, each in its newest state, the oldest first?
SELECT suppression_uid, finding_uid, entity, destination, detector, reason, author, toString(recorded_time) AS recorded_time, toString(expires_time) AS expires_time
FROM (
  SELECT * FROM suppression ORDER BY suppression_uid, recorded_time DESC, is_active LIMIT 1 BY suppression_uid
)
WHERE is_active
ORDER BY recorded_time, suppression_uid
LIMIT 10000
