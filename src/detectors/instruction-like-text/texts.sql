-- Which texts of the logs hold a word that an order to a machine would hold, or characters that do not show? One row a text; what reads like
-- an order is judged in score.ts. Greshake et al. 2023, "Not what you've signed up for": orders to a model travel in what it reads.
WITH texts AS (
  SELECT 'network_activity' AS table_name, metadata_uid, time, arrayJoin([('tls_sni', ifNull(tls_sni, '')), ('tls_certificate_subject', ifNull(tls_certificate_subject, '')), ('tls_certificate_issuer', ifNull(tls_certificate_issuer, '')), ('src_endpoint_hostname', ifNull(src_endpoint_hostname, '')), ('dst_endpoint_hostname', ifNull(dst_endpoint_hostname, '')), ('device_hostname', ifNull(device_hostname, '')), ('actor_process_path', ifNull(actor_process_path, '')), ('actor_process_cmd_line', ifNull(actor_process_cmd_line, ''))]) AS named FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'dns_activity' AS table_name, metadata_uid, time, arrayJoin(arrayConcat([('query_hostname', ifNull(query_hostname, ''))], arrayMap(value -> ('answers', value), answers))) AS named FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'http_activity' AS table_name, metadata_uid, time, arrayJoin([('http_request_url_path', ifNull(http_request_url_path, '')), ('http_request_referrer', ifNull(http_request_referrer, '')), ('http_request_user_agent', ifNull(http_request_user_agent, ''))]) AS named FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'smb_activity' AS table_name, metadata_uid, time, arrayJoin([('share', ifNull(share, '')), ('file_name', ifNull(file_name, '')), ('file_path', ifNull(file_path, ''))]) AS named FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'ssh_activity' AS table_name, metadata_uid, time, arrayJoin([('client_software', ifNull(client_software, '')), ('server_software', ifNull(server_software, ''))]) AS named FROM ssh_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'rpc_activity' AS table_name, metadata_uid, time, arrayJoin([('message', ifNull(message, ''))]) AS named FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'authentication' AS table_name, metadata_uid, time, arrayJoin([('user_name', ifNull(user_name, '')), ('status_detail', ifNull(status_detail, '')), ('src_endpoint_hostname', ifNull(src_endpoint_hostname, '')), ('device_hostname', ifNull(device_hostname, '')), ('http_request_user_agent', ifNull(http_request_user_agent, '')), ('resource_name', ifNull(resource_name, ''))]) AS named FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'process_activity' AS table_name, metadata_uid, time, arrayJoin([('process_path', ifNull(process_path, '')), ('process_cmd_line', ifNull(process_cmd_line, '')), ('parent_process_cmd_line', ifNull(parent_process_cmd_line, '')), ('device_hostname', ifNull(device_hostname, ''))]) AS named FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'script_activity' AS table_name, metadata_uid, time, arrayJoin([('script_content', ifNull(script_content, '')), ('script_path', ifNull(script_path, ''))]) AS named FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'scheduled_job_activity' AS table_name, metadata_uid, time, arrayJoin([('job_name', ifNull(job_name, '')), ('job_cmd_line', ifNull(job_cmd_line, ''))]) AS named FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'service_activity' AS table_name, metadata_uid, time, arrayJoin([('service_name', ifNull(service_name, '')), ('service_cmd_line', ifNull(service_cmd_line, ''))]) AS named FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'registry_activity' AS table_name, metadata_uid, time, arrayJoin([('reg_key_path', ifNull(reg_key_path, '')), ('reg_value_name', ifNull(reg_value_name, '')), ('reg_value_data', ifNull(reg_value_data, ''))]) AS named FROM registry_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'file_activity' AS table_name, metadata_uid, time, arrayJoin([('file_name', ifNull(file_name, '')), ('file_path', ifNull(file_path, ''))]) AS named FROM file_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'email_activity' AS table_name, metadata_uid, time, arrayJoin(arrayConcat([('email_from', ifNull(email_from, '')), ('email_header_from', ifNull(email_header_from, '')), ('email_subject', ifNull(email_subject, ''))], arrayMap(value -> ('attachment_names', value), attachment_names))) AS named FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'email_url_activity' AS table_name, metadata_uid, time, arrayJoin([('url_string', ifNull(url_string, '')), ('http_request_user_agent', ifNull(http_request_user_agent, ''))]) AS named FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'api_activity' AS table_name, metadata_uid, time, arrayJoin([('http_request_user_agent', ifNull(http_request_user_agent, '')), ('resource_name', ifNull(resource_name, '')), ('detail', ifNull(detail, '')), ('actor_app_name', ifNull(actor_app_name, '')), ('target_user_name', ifNull(target_user_name, ''))]) AS named FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  UNION ALL
  SELECT 'detection_finding' AS table_name, metadata_uid, time, arrayJoin([('finding_info_title', ifNull(finding_info_title, '')), ('finding_info_desc', ifNull(finding_info_desc, ''))]) AS named FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
),
read AS (
  SELECT table_name, metadata_uid, time, tupleElement(named, 1) AS column_name, substringUTF8(toValidUTF8(tupleElement(named, 2)), 1, 20000) AS whole
  FROM texts
  WHERE length(tupleElement(named, 2)) >= 12
    AND (multiSearchAny(lower(tupleElement(named, 2)), {stems:Array(String)})
      OR multiSearchAny(lower(decodeURLComponent(tupleElement(named, 2))), {stems:Array(String)})
      OR match(tupleElement(named, 2), {invisible:String}))
)
SELECT table_name, column_name,
  -- A long text is read at both ends: an order may stand behind a wall of filler.
  if(lengthUTF8(whole) <= 3000, whole, concat(substringUTF8(whole, 1, 1500), ' … ', substringUTF8(whole, -1500))) AS text,
  count() AS events, min(time) AS first_seen, max(time) AS last_seen, arraySlice(arraySort(groupUniqArray(200)(metadata_uid)), 1, 50) AS uids
FROM read
GROUP BY table_name, column_name, text
ORDER BY table_name, column_name, events, text
LIMIT 300 BY table_name
LIMIT 5000
