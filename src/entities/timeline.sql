-- What is on record of an address, host, person or name: when, in which table, and with whom?
SELECT toString(time) AS moment, table_name, event_uid, what
FROM (
  SELECT time, 'network_activity' AS table_name, metadata_uid AS event_uid,
    concat(ifNull(activity_name, ''), ' ', ifNull(src_endpoint_ip, ''), ' to ', ifNull(coalesce(tls_sni, dst_endpoint_hostname, dst_endpoint_ip), ''), ':', toString(ifNull(dst_endpoint_port, 0)), ' ', ifNull(actor_process_name, '')) AS what
  FROM network_activity WHERE {value:String} IN (src_endpoint_ip, dst_endpoint_ip, src_endpoint_hostname, dst_endpoint_hostname, tls_sni, device_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'dns_activity', metadata_uid, concat(ifNull(query_type, ''), ' ', ifNull(query_hostname, ''), ' by ', ifNull(coalesce(src_endpoint_ip, device_hostname), ''))
  FROM dns_activity WHERE {value:String} IN (src_endpoint_ip, query_hostname, device_hostname, actor_user_name) OR has(answers, {value:String})
  UNION ALL
  SELECT time, 'http_activity', metadata_uid, concat(ifNull(http_request_http_method, ''), ' ', ifNull(http_request_url_hostname, ''), ifNull(http_request_url_path, ''), ' by ', ifNull(src_endpoint_ip, ''))
  FROM http_activity WHERE {value:String} IN (src_endpoint_ip, dst_endpoint_ip, http_request_url_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'smb_activity', metadata_uid, concat(ifNull(activity_name, ''), ' ', ifNull(share, ''), ' ', ifNull(file_path, ''), ' by ', ifNull(coalesce(actor_user_name, src_endpoint_ip), ''))
  FROM smb_activity WHERE {value:String} IN (src_endpoint_ip, dst_endpoint_ip, dst_endpoint_hostname, device_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'rpc_activity', metadata_uid, concat(ifNull(protocol_name, ''), ' ', ifNull(rpc_interface, ''), ' ', ifNull(rpc_operation, ''), ' ', ifNull(src_endpoint_ip, ''), ' to ', ifNull(dst_endpoint_ip, ''))
  FROM rpc_activity WHERE {value:String} IN (src_endpoint_ip, dst_endpoint_ip, device_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'authentication', metadata_uid, concat(ifNull(status, ''), ' ', ifNull(activity_name, ''), ' ', ifNull(logon_type, ''), ' as ', ifNull(coalesce(user_email_addr, user_name), ''), ' from ', ifNull(coalesce(src_endpoint_ip, src_endpoint_hostname), ''), ' at ', ifNull(coalesce(service_name, device_hostname), ''))
  FROM authentication WHERE {value:String} IN (user_name, user_email_addr, user_uid, src_endpoint_ip, src_endpoint_hostname, device_hostname, dst_endpoint_hostname)
  UNION ALL
  SELECT time, 'process_activity', metadata_uid, concat(ifNull(process_name, ''), ' ', substring(ifNull(process_cmd_line, ''), 1, 160), ' as ', ifNull(actor_user_name, ''))
  FROM process_activity WHERE {value:String} IN (device_hostname, device_ip, actor_user_name, process_file_hash_sha256, process_file_hash_md5)
  UNION ALL
  SELECT time, 'script_activity', metadata_uid, substring(ifNull(script_content, ''), 1, 160) FROM script_activity WHERE {value:String} IN (device_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'service_activity', metadata_uid, concat(ifNull(activity_name, ''), ' ', ifNull(service_name, ''), ' ', ifNull(service_cmd_line, ''))
  FROM service_activity WHERE {value:String} IN (device_hostname, actor_user_name)
  UNION ALL
  SELECT time, 'scheduled_job_activity', metadata_uid, concat(ifNull(activity_name, ''), ' ', ifNull(job_name, ''), ' ', ifNull(job_cmd_line, ''))
  FROM scheduled_job_activity WHERE {value:String} IN (device_hostname, actor_user_name, src_endpoint_ip)
  UNION ALL
  SELECT time, 'email_activity', metadata_uid, concat(ifNull(disposition, ''), ' from ', ifNull(email_from, ''), ' to ', arrayStringConcat(email_to, ', '), ': ', ifNull(email_subject, ''))
  FROM email_activity WHERE {value:String} IN (email_from, email_reply_to, src_endpoint_ip) OR has(email_to, {value:String})
  UNION ALL
  SELECT time, 'email_url_activity', metadata_uid, concat(ifNull(disposition, ''), ' click by ', ifNull(user_email_addr, ''), ' on ', ifNull(url_string, ''))
  FROM email_url_activity WHERE {value:String} IN (user_email_addr, url_hostname, src_endpoint_ip, email_from)
  UNION ALL
  SELECT time, 'api_activity', metadata_uid, concat(ifNull(status, ''), ' ', ifNull(api_operation, ''), ' ', ifNull(resource_name, ''), ' by ', ifNull(actor_user_name, ''), ' from ', ifNull(src_endpoint_ip, ''))
  FROM api_activity WHERE {value:String} IN (actor_user_name, actor_user_uid, src_endpoint_ip, target_user_name, resource_name)
  UNION ALL
  SELECT time, 'detection_finding', metadata_uid, concat(ifNull(severity, ''), ' ', ifNull(finding_info_title, ''))
  FROM detection_finding WHERE {value:String} IN (device_hostname, device_uid, device_ip, user_name, user_email_addr, src_endpoint_ip, dst_endpoint_ip, file_hash_sha256)
)
WHERE moment >= {from:String} AND moment < {to:String}
ORDER BY time DESC, event_uid
LIMIT {limit:UInt32}
