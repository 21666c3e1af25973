-- Which sender wrote words of an order into several records, a few words in each? One row a sender, its pieces in the order of time.
WITH pieces AS (
  SELECT 'dns_activity' AS table_name, 'query_hostname' AS column_name, concat(ifNull(src_endpoint_ip, ''), ' ', cutToFirstSignificantSubdomain(ifNull(query_hostname, ''))) AS sender, metadata_uid, time, ifNull(query_hostname, '') AS piece FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'http_activity' AS table_name, 'http_request_user_agent' AS column_name, ifNull(src_endpoint_ip, '') AS sender, metadata_uid, time, ifNull(http_request_user_agent, '') AS piece FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'http_activity' AS table_name, 'http_request_url_path' AS column_name, concat(ifNull(src_endpoint_ip, ''), ' ', ifNull(http_request_url_hostname, '')) AS sender, metadata_uid, time, ifNull(http_request_url_path, '') AS piece FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'authentication' AS table_name, 'user_name' AS column_name, ifNull(src_endpoint_ip, ifNull(src_endpoint_hostname, '')) AS sender, metadata_uid, time, ifNull(user_name, '') AS piece FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'smb_activity' AS table_name, 'file_name' AS column_name, ifNull(src_endpoint_ip, '') AS sender, metadata_uid, time, ifNull(file_name, '') AS piece FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'file_activity' AS table_name, 'file_name' AS column_name, ifNull(device_hostname, ifNull(src_endpoint_ip, '')) AS sender, metadata_uid, time, ifNull(file_name, '') AS piece FROM file_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'email_activity' AS table_name, 'email_subject' AS column_name, ifNull(email_from, '') AS sender, metadata_uid, time, ifNull(email_subject, '') AS piece FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'process_activity' AS table_name, 'process_cmd_line' AS column_name, ifNull(device_hostname, '') AS sender, metadata_uid, time, ifNull(process_cmd_line, '') AS piece FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'service_activity' AS table_name, 'service_name' AS column_name, ifNull(device_hostname, '') AS sender, metadata_uid, time, ifNull(service_name, '') AS piece FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'scheduled_job_activity' AS table_name, 'job_name' AS column_name, ifNull(device_hostname, '') AS sender, metadata_uid, time, ifNull(job_name, '') AS piece FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
  UNION ALL
  SELECT 'registry_activity' AS table_name, 'reg_value_name' AS column_name, ifNull(device_hostname, '') AS sender, metadata_uid, time, ifNull(reg_value_name, '') AS piece FROM registry_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND length(piece) BETWEEN 4 AND 160 AND multiMatchAny(lower(piece), {pieces:Array(String)})
),
distinct_pieces AS (
  SELECT table_name, column_name, sender, piece, min(time) AS piece_time, max(time) AS piece_last, min(metadata_uid) AS piece_uid, count() AS piece_events
  FROM pieces
  GROUP BY table_name, column_name, sender, piece
),
senders AS (
  SELECT table_name, column_name, sender, sum(piece_events) AS events, min(piece_time) AS first_seen, max(piece_last) AS last_seen,
    arraySlice(arraySort(groupArray((piece_time, piece_uid, piece))), 1, 60) AS sorted
  FROM distinct_pieces
  GROUP BY table_name, column_name, sender
  HAVING count() BETWEEN 2 AND 200
)
SELECT table_name, column_name, arrayMap(one -> toValidUTF8(tupleElement(one, 3)), sorted) AS parts, events, first_seen, last_seen,
  arraySlice(arrayMap(one -> tupleElement(one, 2), sorted), 1, 50) AS uids,
  arraySum(arrayMap(place -> toUInt8(place > 0), multiSearchAllPositions(lower(arrayStringConcat(parts, ' ')), {pieces:Array(String)}))) AS hints
FROM senders
WHERE hints >= 2
ORDER BY table_name, hints DESC, column_name, sender
LIMIT 200 BY table_name
LIMIT 2000
