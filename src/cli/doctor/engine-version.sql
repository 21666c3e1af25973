-- Which ClickHouse answers?
SELECT version() AS version
LIMIT 1
