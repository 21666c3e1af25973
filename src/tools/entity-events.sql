-- In which events of which tables does a value stand as an address, host, person or name: how many, from when to when, and which are the first?
-- Names are compared in lower case, and devices with or without their domain: sensors write them in either way.
WITH
  lower({value:String}) AS named,
  (names -> {isShort:Bool} AND arrayExists(name -> startsWith(lower(ifNull(name, '')), concat(named, '.')), names)) AS is_device,
  events AS (
    SELECT 'network_activity' AS table_name, time, metadata_uid FROM network_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(src_endpoint_hostname), lower(dst_endpoint_hostname), lower(tls_sni), lower(device_hostname), device_ip, lower(actor_user_name)) OR is_device([src_endpoint_hostname, dst_endpoint_hostname, device_hostname])
    UNION ALL
    SELECT 'dns_activity', time, metadata_uid FROM dns_activity
    WHERE named IN (src_endpoint_ip, lower(query_hostname), lower(device_hostname), lower(actor_user_name)) OR is_device([device_hostname]) OR arrayExists(each -> trimRight(lower(each), '.') = named, answers)
    UNION ALL
    SELECT 'http_activity', time, metadata_uid FROM http_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(http_request_url_hostname), lower(device_hostname), lower(actor_user_name)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'smb_activity', time, metadata_uid FROM smb_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(src_endpoint_hostname), lower(dst_endpoint_hostname), lower(device_hostname), lower(actor_user_name)) OR is_device([src_endpoint_hostname, dst_endpoint_hostname, device_hostname])
    UNION ALL
    SELECT 'rdp_activity', time, metadata_uid FROM rdp_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(src_endpoint_hostname), lower(dst_endpoint_hostname), lower(device_hostname), lower(user_name)) OR is_device([src_endpoint_hostname, dst_endpoint_hostname, device_hostname])
    UNION ALL
    SELECT 'ssh_activity', time, metadata_uid FROM ssh_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(dst_endpoint_hostname), lower(device_hostname)) OR is_device([dst_endpoint_hostname, device_hostname])
    UNION ALL
    SELECT 'rpc_activity', time, metadata_uid FROM rpc_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(src_endpoint_hostname), lower(dst_endpoint_hostname), lower(device_hostname), lower(actor_user_name)) OR is_device([src_endpoint_hostname, dst_endpoint_hostname, device_hostname])
    UNION ALL
    SELECT 'authentication', time, metadata_uid FROM authentication
    WHERE named IN (lower(user_name), lower(user_email_addr), lower(user_uid), lower(actor_user_name), src_endpoint_ip, lower(src_endpoint_hostname), lower(device_hostname), dst_endpoint_ip, lower(dst_endpoint_hostname)) OR is_device([src_endpoint_hostname, device_hostname, dst_endpoint_hostname])
    UNION ALL
    SELECT 'process_activity', time, metadata_uid FROM process_activity
    WHERE named IN (lower(device_hostname), device_ip, lower(actor_user_name), lower(process_file_hash_sha256), lower(process_file_hash_md5)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'script_activity', time, metadata_uid FROM script_activity WHERE named IN (lower(device_hostname), lower(actor_user_name)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'scheduled_job_activity', time, metadata_uid FROM scheduled_job_activity WHERE named IN (lower(device_hostname), lower(actor_user_name), src_endpoint_ip) OR is_device([device_hostname])
    UNION ALL
    SELECT 'service_activity', time, metadata_uid FROM service_activity WHERE named IN (lower(device_hostname), lower(service_account), lower(actor_user_name)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'registry_activity', time, metadata_uid FROM registry_activity WHERE named IN (lower(device_hostname), lower(actor_user_name)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'file_activity', time, metadata_uid FROM file_activity
    WHERE named IN (src_endpoint_ip, dst_endpoint_ip, lower(device_hostname), lower(actor_user_name), lower(file_hash_sha256), lower(file_hash_sha1), lower(file_hash_md5)) OR is_device([device_hostname])
    UNION ALL
    SELECT 'email_activity', time, metadata_uid FROM email_activity
    WHERE named IN (lower(email_from), lower(email_header_from), lower(email_reply_to), src_endpoint_ip) OR arrayExists(each -> lower(each) = named, email_to) OR arrayExists(each -> lower(each) = named, attachment_hashes_sha256)
    UNION ALL
    SELECT 'email_url_activity', time, metadata_uid FROM email_url_activity
    WHERE named IN (lower(user_email_addr), lower(email_from), lower(url_hostname), src_endpoint_ip)
    UNION ALL
    SELECT 'api_activity', time, metadata_uid FROM api_activity
    WHERE named IN (lower(actor_user_name), lower(actor_user_uid), src_endpoint_ip, lower(target_user_name))
    UNION ALL
    SELECT 'detection_finding', time, metadata_uid FROM detection_finding
    WHERE named IN (lower(device_hostname), lower(device_uid), device_ip, lower(user_name), lower(user_email_addr), src_endpoint_ip, dst_endpoint_ip, lower(file_hash_sha256)) OR is_device([device_hostname])
  )
SELECT table_name, count() AS events, toString(min(time)) AS first_time, toString(max(time)) AS last_time,
  -- The first hundred of each table: whoever wants later ones asks for what follows the last. A bare time would give its events again.
  arrayMap(one -> (toString(one.1), one.2), groupArraySorted(100)((time, metadata_uid))) AS earliest
FROM (SELECT DISTINCT table_name, time, metadata_uid FROM events WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND (time, metadata_uid) > (toDateTime64({from:String}, 6, 'UTC'), {after:String}))
GROUP BY table_name
ORDER BY table_name
LIMIT 100
