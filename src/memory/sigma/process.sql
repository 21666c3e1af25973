-- How often would this rule have matched: processes with these command lines, or of files with these hashes?
SELECT countIf(is_match) AS events, uniqExactIf(toDate(time), is_match) AS days, uniqExactIf(entity, is_match) AS entities, count() AS rows FROM (
  SELECT time, coalesce(device_hostname, device_ip, '') AS entity,
    has({commands:Array(String)}, lowerUTF8(ifNull(process_cmd_line, ''))) OR has({hashes:Array(String)}, lower(ifNull(process_file_hash_sha256, '')))
      OR has({hashes:Array(String)}, lower(ifNull(process_file_hash_md5, ''))) AS is_match
  FROM process_activity WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
)
LIMIT 1
