-- Which events of the window hold a value of an active indicator (address, block, name or parent name, URL, e-mail address, hash)?
-- Distinct values are looked up first: there are far fewer of them than events.
WITH
  (text -> isIPv4String(text) OR isIPv6String(text)) AS is_address,
  -- host/path?query as indicators hold it: without scheme, user, port and fragment, the host in lower case
  (url -> concat(lower(extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^@/?#]*@)?([^/:?#]+)')), '/',
    extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]+/?([^#]*)'))) AS url_form,
  active AS (
    SELECT indicator_uid, type, value FROM (
      SELECT indicator_uid, type, value, is_active FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
    ) WHERE is_active
  ),
  (
    SELECT arraySort(groupUniqArrayIf(toUInt8OrZero(splitByChar('/', value)[2]), type = 'cidr' AND position(value, ':') = 0)) FROM active
  ) AS lengths_of_four,
  (
    SELECT arraySort(groupUniqArrayIf(toUInt8OrZero(splitByChar('/', value)[2]), type = 'cidr' AND position(value, ':') > 0)) FROM active
  ) AS lengths_of_six,
  met AS (
    SELECT 'network_activity' AS table_name, metadata_uid AS event_uid, time, met.1 AS matched_column, met.2 AS kind, assumeNotNull(met.3) AS met_value,
      src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port, actor_user_name AS user_name, traffic_bytes_in > 0 AS is_answered
    FROM network_activity
    ARRAY JOIN [('dst_endpoint_ip', 'ip', dst_endpoint_ip), ('src_endpoint_ip', 'ip', src_endpoint_ip),
      ('dst_endpoint_hostname', 'domain', dst_endpoint_hostname), ('tls_sni', 'domain', lower(tls_sni))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'dns_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, NULL, NULL, actor_user_name, notEmpty(answers)
    FROM dns_activity
    ARRAY JOIN arrayConcat([('query_hostname', 'domain', query_hostname)],
      arrayMap(answer -> ('answers', if(is_address(answer), 'ip', 'domain'), toNullable(trimRight(lower(answer), '.'))), answers)) AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'http_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, dst_endpoint_ip, dst_endpoint_port, actor_user_name,
      http_response_code > 0
    FROM http_activity
    ARRAY JOIN [('http_request_url_hostname', if(is_address(ifNull(http_request_url_hostname, '')), 'ip', 'domain'), lower(http_request_url_hostname)),
      ('http_request_url_path', 'url', url_form(concat(http_request_url_hostname, if(startsWith(ifNull(http_request_url_path, ''), '/'), '', '/'), ifNull(http_request_url_path, ''))))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'authentication', metadata_uid, time, 'src_endpoint_ip', 'ip', assumeNotNull(src_endpoint_ip), src_endpoint_ip, src_endpoint_hostname, NULL, NULL,
      lower(coalesce(user_email_addr, user_name)), status = 'Success'
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
    UNION ALL
    SELECT 'api_activity', metadata_uid, time, 'src_endpoint_ip', 'ip', assumeNotNull(src_endpoint_ip), src_endpoint_ip, NULL, NULL, NULL, actor_user_name, status = 'Success'
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
    UNION ALL
    SELECT 'process_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), device_ip, device_hostname, NULL, NULL, actor_user_name, NULL
    FROM process_activity
    ARRAY JOIN [('process_file_hash_sha256', 'sha256', lower(process_file_hash_sha256)), ('process_file_hash_md5', 'md5', lower(process_file_hash_md5))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'file_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, device_hostname, dst_endpoint_ip, NULL, actor_user_name, NULL
    FROM file_activity
    ARRAY JOIN [('file_hash_sha256', 'sha256', lower(file_hash_sha256)), ('file_hash_sha1', 'sha1', lower(file_hash_sha1)), ('file_hash_md5', 'md5', lower(file_hash_md5))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'email_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, NULL, NULL, NULL, nullIf(lower(email_to[1]), ''),
      if(disposition IS NULL, NULL, disposition = 'Delivered')
    FROM email_activity
    ARRAY JOIN arrayConcat([('email_from', 'email', lower(email_from)), ('email_header_from', 'email', lower(email_header_from)), ('email_reply_to', 'email', lower(email_reply_to)),
      ('email_from', 'domain', nullIf(lower(splitByChar('@', ifNull(email_from, ''))[2]), '')),
      ('email_reply_to', 'domain', nullIf(lower(splitByChar('@', ifNull(email_reply_to, ''))[2]), '')), ('src_endpoint_ip', 'ip', src_endpoint_ip)],
      arrayMap(hash -> ('attachment_hashes_sha256', 'sha256', toNullable(lower(hash))), attachment_hashes_sha256)) AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
    UNION ALL
    SELECT 'email_url_activity', metadata_uid, time, met.1, met.2, assumeNotNull(met.3), src_endpoint_ip, NULL, NULL, NULL, lower(coalesce(user_email_addr)),
      if(disposition IS NULL, NULL, disposition = 'Allowed')
    FROM email_url_activity
    ARRAY JOIN [('url_hostname', if(is_address(ifNull(url_hostname, '')), 'ip', 'domain'), lower(url_hostname)), ('url_string', 'url', url_form(url_string))] AS met
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND met.3 IS NOT NULL
  ),
  -- A name is met by indicators of itself and of every parent of at least two labels, an address by the blocks around it.
  candidates AS (
    SELECT kind, met_value, arrayJoin(multiIf(
      kind = 'domain', arrayMap(first -> ('domain', arrayStringConcat(arraySlice(splitByChar('.', met_value), first), '.')), range(1, greatest(2, length(splitByChar('.', met_value))))),
      kind = 'ip' AND isIPv4String(met_value), arrayConcat([('ip', met_value)],
        arrayMap(bits -> ('cidr', concat(toString(IPv4CIDRToRange(toIPv4OrDefault(met_value), bits).1), '/', toString(bits))), lengths_of_four)),
      kind = 'ip' AND isIPv6String(met_value), arrayConcat([('ip', met_value)],
        arrayMap(bits -> ('cidr', concat(toString(IPv6CIDRToRange(toIPv6OrDefault(met_value), bits).1), '/', toString(bits))), lengths_of_six)),
      [(kind, met_value)])) AS candidate
    FROM (SELECT DISTINCT toString(kind) AS kind, met_value FROM met)
  ),
  hits AS (
    SELECT DISTINCT candidates.kind AS kind, candidates.met_value AS met_value, active.indicator_uid AS indicator_uid
    FROM candidates GLOBAL INNER JOIN active ON active.type = candidates.candidate.1 AND active.value = candidates.candidate.2
  )
SELECT hits.indicator_uid AS indicator_uid, table_name, event_uid, time, matched_column, met.met_value AS matched_value, src_endpoint_ip, src_endpoint_hostname,
  dst_endpoint_ip, dst_endpoint_port, user_name, is_answered
FROM met
GLOBAL INNER JOIN hits ON hits.kind = met.kind AND hits.met_value = met.met_value
ORDER BY time, event_uid, indicator_uid, matched_column
LIMIT 1000000
