-- Which findings does the beginning of a uid mean? Two are enough to know that it is not one.
SELECT DISTINCT finding_uid
FROM finding
WHERE startsWith(finding_uid, {id:String})
ORDER BY finding_uid
LIMIT 2
