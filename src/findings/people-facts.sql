-- Who are these people: name, title, department, and whether they have special rights, as the directory says in its newest record?
SELECT lower(coalesce(user_email_addr, user_name, '')) AS person, lower(ifNull(user_name, '')) AS account,
  argMaxIf(user_full_name, version_time, user_full_name IS NOT NULL) AS full_name,
  argMaxIf(user_title, version_time, user_title IS NOT NULL) AS title,
  argMaxIf(user_department, version_time, user_department IS NOT NULL) AS department,
  max(ifNull(is_privileged, false)) AS has_special_rights
FROM user_inventory
WHERE lower(coalesce(user_email_addr, user_name, '')) IN {people:Array(String)} OR lower(ifNull(user_name, '')) IN {people:Array(String)}
GROUP BY person, account
ORDER BY person, account
LIMIT 2000
