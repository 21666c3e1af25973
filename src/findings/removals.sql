-- Which of the people's changes were taken back, and whose sessions were ended: rules removed, rights withdrawn, tokens revoked?
SELECT lower(coalesce(target_user_name, actor_user_name, '')) AS person, lower(ifNull(actor_user_name, '')) AS actor, assumeNotNull(api_operation) AS operation, toString(max(time)) AS last_time
FROM api_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, 'Success') != 'Failure'
  AND match(ifNull(api_operation, ''), '(?i)^(remove|disable)-inboxrule|^remove (member from role|service principal credentials|delegated permission grant|app role|oauth2)|^(update StsRefreshTokenValidFrom|revoke ?sign ?in ?sessions)|^(disable account|reset (user )?password|change (user )?password)')
  AND (lower(coalesce(target_user_name, '')) IN {people:Array(String)} OR lower(ifNull(actor_user_name, '')) IN {people:Array(String)})
GROUP BY person, actor, operation
ORDER BY person, actor, operation
LIMIT 2000
