-- What could the earlier run not see or do?
SELECT document
FROM gap
WHERE run_uid = {run:String}
ORDER BY position, document
LIMIT 10000
