-- Which events met these indicators, the latest first, and how many of them are there?
SELECT table_name, event_uid, toString(time) AS moment, matched_column, count() OVER () AS sightings
FROM (
  SELECT table_name, event_uid, time, min(matched_column) AS matched_column
  FROM sighting WHERE has({uids:Array(String)}, indicator_uid)
  GROUP BY table_name, event_uid, time
)
ORDER BY time DESC, event_uid, table_name
LIMIT 10
