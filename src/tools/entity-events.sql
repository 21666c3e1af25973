-- In which events of which tables does a value stand as an address, host, person or name: how many, from when to when, and which are the first?
WITH
  {value:String} AS named,
  events AS (
    SELECT 'network_activity' AS table_name, time, metadata_uid FROM network_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, src_endpoint_hostname, dst_endpoint_hostname, tls_sni, device_hostname, device_ip, actor_user_name)
    UNION ALL
    SELECT 'dns_activity', time, metadata_uid FROM dns_activity
    WHERE named IN (src_endpoint_ip, query_hostname, device_hostname, actor_user_name) OR has(answers, named)
    UNION ALL
    SELECT 'http_activity', time, metadata_uid FROM http_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, http_request_url_hostname, device_hostname, actor_user_name)
    UNION ALL
    SELECT 'smb_activity', time, metadata_uid FROM smb_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, src_endpoint_hostname, dst_endpoint_hostname, device_hostname, actor_user_name)
    UNION ALL
    SELECT 'rdp_activity', time, metadata_uid FROM rdp_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, src_endpoint_hostname, dst_endpoint_hostname, device_hostname, user_name)
    UNION ALL
    SELECT 'ssh_activity', time, metadata_uid FROM ssh_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, dst_endpoint_hostname, device_hostname)
    UNION ALL
    SELECT 'rpc_activity', time, metadata_uid FROM rpc_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, src_endpoint_hostname, dst_endpoint_hostname, device_hostname, actor_user_name)
    UNION ALL
    SELECT 'authentication', time, metadata_uid FROM authentication
    WHERE named IN (user_name, user_email_addr, user_uid, actor_user_name, src_endpoint_ip, src_endpoint_hostname, device_hostname, dst_endpoint_ip, dst_endpoint_hostname)
    UNION ALL
    SELECT 'process_activity', time, metadata_uid FROM process_activity
    WHERE named IN (device_hostname, device_ip, actor_user_name, process_file_hash_sha256, process_file_hash_md5)
    UNION ALL
    SELECT 'script_activity', time, metadata_uid FROM script_activity WHERE named IN (device_hostname, actor_user_name)
    UNION ALL
    SELECT 'scheduled_job_activity', time, metadata_uid FROM scheduled_job_activity WHERE named IN (device_hostname, actor_user_name, src_endpoint_ip)
    UNION ALL
    SELECT 'service_activity', time, metadata_uid FROM service_activity WHERE named IN (device_hostname, service_account, actor_user_name)
    UNION ALL
    SELECT 'registry_activity', time, metadata_uid FROM registry_activity WHERE named IN (device_hostname, actor_user_name)
    UNION ALL
    SELECT 'file_activity', time, metadata_uid FROM file_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, device_hostname, actor_user_name, file_hash_sha256, file_hash_sha1, file_hash_md5)
    UNION ALL
    SELECT 'email_activity', time, metadata_uid FROM email_activity
    WHERE named IN (email_from, email_header_from, email_reply_to, src_endpoint_ip) OR has(email_to, named) OR has(attachment_hashes_sha256, named)
    UNION ALL
    SELECT 'email_url_activity', time, metadata_uid FROM email_url_activity
    WHERE named IN (user_email_addr, email_from, url_hostname, src_endpoint_ip)
    UNION ALL
    SELECT 'api_activity', time, metadata_uid FROM api_activity
    WHERE named IN (actor_user_name, actor_user_uid, src_endpoint_ip, target_user_name)
    UNION ALL
    SELECT 'detection_finding', time, metadata_uid FROM detection_finding
    WHERE named IN (device_hostname, device_uid, device_ip, user_name, user_email_addr, src_endpoint_ip, dst_endpoint_ip, file_hash_sha256)
  )
SELECT table_name, count() AS events, toString(min(time)) AS first_time, toString(max(time)) AS last_time,
  -- The first hundred of each table: whoever wants later ones asks for a later span.
  arrayMap(one -> (toString(one.1), one.2), groupArraySorted(100)((time, metadata_uid))) AS earliest
FROM (SELECT DISTINCT table_name, time, metadata_uid FROM events WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC'))
GROUP BY table_name
ORDER BY table_name
LIMIT 100
