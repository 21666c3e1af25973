-- Which names, ids and mail addresses belong to one person?
-- Only what a directory or a successful sign-in says: a failed sign-in can name anyone.
WITH sightings AS (
  SELECT user_name, user_domain, user_uid, user_sid, user_email_addr FROM user_inventory
  UNION ALL
  SELECT user_name, user_domain, user_uid, NULL, user_email_addr FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT actor_user_name, actor_user_domain, actor_user_uid, NULL, NULL FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT actor_user_name, NULL, actor_user_uid, NULL, NULL FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT user_name, NULL, NULL, NULL, user_email_addr FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
),
names AS (
  SELECT user_name AS name, user_domain AS domain, user_uid AS uid, user_sid AS sid, user_email_addr AS email_addr, count() AS sighting_count
  FROM sightings
  WHERE coalesce(user_name, user_uid, user_sid, user_email_addr, '') != ''
  GROUP BY name, domain, uid, sid, email_addr
)
SELECT name AS user_name, domain AS user_domain, uid AS user_uid, sid AS user_sid, email_addr AS user_email_addr
FROM names
ORDER BY sighting_count DESC, name, domain, uid, sid, email_addr
LIMIT 100000
