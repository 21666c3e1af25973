-- Which feeds are on record, and how many of their indicators are active? The newest state of each indicator counts.
SELECT feed_name, type, countIf(is_active) AS active, toString(max(recorded_time)) AS newest
FROM (
  SELECT feed_name, type, is_active, recorded_time
  FROM indicator
  ORDER BY indicator_uid, recorded_time DESC, is_active DESC
  LIMIT 1 BY indicator_uid
)
GROUP BY feed_name, type
ORDER BY feed_name, type
LIMIT 1000
