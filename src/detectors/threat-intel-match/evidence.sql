-- Which events met this indicator?
SELECT event_uid AS metadata_uid, min(met_time) AS time
FROM (
  SELECT event_uid, sighting.time AS met_time FROM sighting
  WHERE sighting.time >= toDateTime64({from:String}, 6, 'UTC') AND sighting.time < toDateTime64({to:String}, 6, 'UTC')
    AND indicator_uid GLOBAL IN (SELECT indicator_uid FROM indicator WHERE type = {type:String} AND value = {value:String})
)
GROUP BY event_uid
