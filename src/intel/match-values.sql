-- Which events of the window hold a value of an active indicator (address, name or parent name, URL, e-mail address, hash)?
WITH
  active AS (
    SELECT indicator_uid, type, value FROM (
      SELECT indicator_uid, type, value, is_active FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
    ) WHERE is_active AND type != 'cidr'
  ),
  met AS (
    SELECT 'network_activity' AS table_name, metadata_uid AS event_uid, time, met.1 AS matched_column, met.2 AS types, assumeNotNull(met.3) AS met_value,
      src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port, actor_user_name AS user_name, traffic_bytes_in > 0 AS is_answered
    FROM network_activity
    ARRAY JOIN [('dst_endpoint_ip', 'ip', dst_endpoint_ip), ('src_endpoint_ip', 'ip', src_endpoint_ip),
      ('dst_endpoint_hostname', 'domain', dst_endpoint_hostname), ('tls_sni', 'domain', tls_sni)] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'dns_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, NULL, NULL, actor_user_name, notEmpty(answers)
    FROM dns_activity
    ARRAY JOIN arrayConcat([('query_hostname', 'domain', query_hostname)], arrayMap(answer -> ('answers', 'ip', toNullable(answer)), answers)) AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'http_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, dst_endpoint_ip, dst_endpoint_port, actor_user_name,
      http_response_code > 0
    FROM http_activity
    ARRAY JOIN [('http_request_url_hostname', 'domain', http_request_url_hostname),
      ('http_request_url_path', 'url', concat(http_request_url_hostname, if(startsWith(http_request_url_path, '/'), '', '/'), http_request_url_path))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'authentication', metadata_uid, time, 'src_endpoint_ip', 'ip', assumeNotNull(src_endpoint_ip), src_endpoint_ip, src_endpoint_hostname, NULL, NULL,
      coalesce(user_email_addr, user_name), status = 'Success'
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
    UNION ALL
    SELECT 'api_activity', metadata_uid, time, 'src_endpoint_ip', 'ip', assumeNotNull(src_endpoint_ip), src_endpoint_ip, NULL, NULL, NULL, actor_user_name, status = 'Success'
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
    UNION ALL
    SELECT 'process_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), device_ip, device_hostname, NULL, NULL, actor_user_name, NULL
    FROM process_activity
    ARRAY JOIN [('process_file_hash_sha256', 'sha256', process_file_hash_sha256), ('process_file_hash_md5', 'md5', process_file_hash_md5)] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'file_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, dst_endpoint_ip, NULL, actor_user_name, NULL
    FROM file_activity
    ARRAY JOIN [('file_hash_sha256', 'sha256', file_hash_sha256), ('file_hash_sha1', 'sha1', file_hash_sha1), ('file_hash_md5', 'md5', file_hash_md5)] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'email_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, NULL, NULL, NULL, lower(email_to[1]), NULL
    FROM email_activity
    ARRAY JOIN arrayConcat([('email_from', 'email', lower(email_from)), ('email_header_from', 'email', lower(email_header_from)), ('email_reply_to', 'email', lower(email_reply_to)),
      ('email_from', 'domain', lower(splitByChar('@', ifNull(email_from, ''))[2])), ('src_endpoint_ip', 'ip', src_endpoint_ip)],
      arrayMap(hash -> ('attachment_hashes_sha256', 'sha256', toNullable(lower(hash))), attachment_hashes_sha256)) AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'email_url_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, NULL, NULL, NULL, lower(user_email_addr), disposition = 'Allowed'
    FROM email_url_activity
    ARRAY JOIN [('url_hostname', 'domain', url_hostname),
      ('url_string', 'url', replaceRegexpOne(replaceRegexpOne(url_string, '^[a-z]+://', ''), '^([^/?#]*)$', '\\1/'))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
  ),
  -- A name is met by indicators of itself and of every parent of at least two labels.
  candidates AS (
    SELECT *, arrayJoin(if(types = 'domain',
      arrayMap(first -> arrayStringConcat(arraySlice(splitByChar('.', met_value), first), '.'), range(1, greatest(2, length(splitByChar('.', met_value))))),
      [met_value])) AS candidate
    FROM met
  )
SELECT indicator_uid, table_name, event_uid, time, matched_column, met_value AS matched_value, src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port,
  user_name, is_answered
FROM candidates
GLOBAL INNER JOIN active ON active.type = candidates.types AND active.value = candidates.candidate
ORDER BY time, event_uid, indicator_uid, matched_column
LIMIT 1000000
