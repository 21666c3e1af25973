-- Which events met this indicator?
SELECT event_uid AS metadata_uid, min(time) AS time
FROM sighting
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND indicator_uid GLOBAL IN (SELECT indicator_uid FROM indicator WHERE type = {type:String} AND value = {value:String})
GROUP BY event_uid
