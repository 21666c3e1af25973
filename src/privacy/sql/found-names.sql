-- Which of these names has one of these tokens? A further step of the WITH clauses of functions.sql.
SELECT treatment, value
FROM (
  SELECT 'host' AS treatment, arrayJoin({seen_found_hosts:Array(String)}) AS value, seen_host(value) AS shown
  UNION ALL
  SELECT 'user', arrayJoin({seen_found_users:Array(String)}) AS value, seen_user(value)
  UNION ALL
  SELECT 'mail', arrayJoin({seen_found_mails:Array(String)}) AS value, seen_mail(value)
  UNION ALL
  SELECT 'domain', arrayJoin({seen_domain_names:Array(String)}) AS value, seen_domain(value)
)
WHERE multiSearchAny(shown, {seen_tokens:Array(String)})
ORDER BY treatment, value
LIMIT 10000
