-- Which texts of the logs hold words that an order to a machine would hold, plain or in disguise? One row a text, and one for the texts of a
-- record together; what reads like an order is judged in signs.ts. Greshake et al. 2023, "Not what you've signed up for": orders to a model travel in what it reads.
WITH texts AS (
  -- Almost every record ends here, before anything is made of it: a look for words where blanks part them, for signs, for what is encoded,
  -- for letters other than plain Latin ones.
  SELECT 'network_activity' AS table_name, metadata_uid, time, [('tls_sni', ifNull(tls_sni, '')), ('tls_certificate_subject', ifNull(tls_certificate_subject, '')), ('tls_certificate_issuer', ifNull(tls_certificate_issuer, '')), ('src_endpoint_hostname', ifNull(src_endpoint_hostname, '')), ('dst_endpoint_hostname', ifNull(dst_endpoint_hostname, '')), ('device_hostname', ifNull(device_hostname, '')), ('actor_process_path', ifNull(actor_process_path, '')), ('actor_process_cmd_line', ifNull(actor_process_cmd_line, ''))] AS named FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(tls_sni, ''), '\n', ifNull(tls_certificate_subject, ''), '\n', ifNull(tls_certificate_issuer, ''), '\n', ifNull(src_endpoint_hostname, ''), '\n', ifNull(dst_endpoint_hostname, ''), '\n', ifNull(device_hostname, ''), '\n', ifNull(actor_process_path, ''), '\n', ifNull(actor_process_cmd_line, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'dns_activity' AS table_name, metadata_uid, time, arrayConcat([('query_hostname', ifNull(query_hostname, ''))], arrayMap(value -> ('answers', value), answers)) AS named FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(query_hostname, ''), '\n', arrayStringConcat(answers, '\n'), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'http_activity' AS table_name, metadata_uid, time, [('http_request_url_hostname', ifNull(http_request_url_hostname, '')), ('http_request_url_path', ifNull(http_request_url_path, '')), ('http_request_referrer', ifNull(http_request_referrer, '')), ('http_request_user_agent', ifNull(http_request_user_agent, ''))] AS named FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(http_request_url_hostname, ''), '\n', ifNull(http_request_url_path, ''), '\n', ifNull(http_request_referrer, ''), '\n', ifNull(http_request_user_agent, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'smb_activity' AS table_name, metadata_uid, time, [('share', ifNull(share, '')), ('file_name', ifNull(file_name, '')), ('file_path', ifNull(file_path, ''))] AS named FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(share, ''), '\n', ifNull(file_name, ''), '\n', ifNull(file_path, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'rdp_activity' AS table_name, metadata_uid, time, [('user_name', ifNull(user_name, '')), ('src_endpoint_hostname', ifNull(src_endpoint_hostname, '')), ('device_hostname', ifNull(device_hostname, ''))] AS named FROM rdp_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(user_name, ''), '\n', ifNull(src_endpoint_hostname, ''), '\n', ifNull(device_hostname, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'ssh_activity' AS table_name, metadata_uid, time, [('client_software', ifNull(client_software, '')), ('server_software', ifNull(server_software, ''))] AS named FROM ssh_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(client_software, ''), '\n', ifNull(server_software, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'rpc_activity' AS table_name, metadata_uid, time, [('message', ifNull(message, '')), ('named_pipe', ifNull(named_pipe, ''))] AS named FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(message, ''), '\n', ifNull(named_pipe, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'authentication' AS table_name, metadata_uid, time, [('user_name', ifNull(user_name, '')), ('status_detail', ifNull(status_detail, '')), ('src_endpoint_hostname', ifNull(src_endpoint_hostname, '')), ('device_hostname', ifNull(device_hostname, '')), ('http_request_user_agent', ifNull(http_request_user_agent, '')), ('resource_name', ifNull(resource_name, '')), ('service_name', ifNull(service_name, ''))] AS named FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(user_name, ''), '\n', ifNull(status_detail, ''), '\n', ifNull(src_endpoint_hostname, ''), '\n', ifNull(device_hostname, ''), '\n', ifNull(http_request_user_agent, ''), '\n', ifNull(resource_name, ''), '\n', ifNull(service_name, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'process_activity' AS table_name, metadata_uid, time, [('process_path', ifNull(process_path, '')), ('process_cmd_line', ifNull(process_cmd_line, '')), ('parent_process_cmd_line', ifNull(parent_process_cmd_line, '')), ('process_file_original_name', ifNull(process_file_original_name, '')), ('device_hostname', ifNull(device_hostname, ''))] AS named FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(process_path, ''), '\n', ifNull(process_cmd_line, ''), '\n', ifNull(parent_process_cmd_line, ''), '\n', ifNull(process_file_original_name, ''), '\n', ifNull(device_hostname, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'script_activity' AS table_name, metadata_uid, time, [('script_content', ifNull(script_content, '')), ('script_path', ifNull(script_path, ''))] AS named FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(script_content, ''), '\n', ifNull(script_path, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'scheduled_job_activity' AS table_name, metadata_uid, time, [('job_name', ifNull(job_name, '')), ('job_cmd_line', ifNull(job_cmd_line, ''))] AS named FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(job_name, ''), '\n', ifNull(job_cmd_line, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'service_activity' AS table_name, metadata_uid, time, [('service_name', ifNull(service_name, '')), ('service_cmd_line', ifNull(service_cmd_line, ''))] AS named FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(service_name, ''), '\n', ifNull(service_cmd_line, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'registry_activity' AS table_name, metadata_uid, time, [('reg_key_path', ifNull(reg_key_path, '')), ('reg_value_name', ifNull(reg_value_name, '')), ('reg_value_data', ifNull(reg_value_data, ''))] AS named FROM registry_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(reg_key_path, ''), '\n', ifNull(reg_value_name, ''), '\n', ifNull(reg_value_data, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'file_activity' AS table_name, metadata_uid, time, [('file_name', ifNull(file_name, '')), ('file_path', ifNull(file_path, ''))] AS named FROM file_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(file_name, ''), '\n', ifNull(file_path, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'email_activity' AS table_name, metadata_uid, time, arrayConcat([('email_from', ifNull(email_from, '')), ('email_header_from', ifNull(email_header_from, '')), ('email_reply_to', ifNull(email_reply_to, '')), ('email_subject', ifNull(email_subject, ''))], arrayMap(value -> ('attachment_names', value), attachment_names)) AS named FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(email_from, ''), '\n', ifNull(email_header_from, ''), '\n', ifNull(email_reply_to, ''), '\n', ifNull(email_subject, ''), '\n', arrayStringConcat(attachment_names, '\n'), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'email_url_activity' AS table_name, metadata_uid, time, [('url_string', ifNull(url_string, '')), ('http_request_user_agent', ifNull(http_request_user_agent, ''))] AS named FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(url_string, ''), '\n', ifNull(http_request_user_agent, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'api_activity' AS table_name, metadata_uid, time, [('http_request_user_agent', ifNull(http_request_user_agent, '')), ('resource_name', ifNull(resource_name, '')), ('detail', ifNull(detail, '')), ('actor_app_name', ifNull(actor_app_name, '')), ('target_user_name', ifNull(target_user_name, '')), ('status_detail', ifNull(status_detail, ''))] AS named FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(http_request_user_agent, ''), '\n', ifNull(resource_name, ''), '\n', ifNull(detail, ''), '\n', ifNull(actor_app_name, ''), '\n', ifNull(target_user_name, ''), '\n', ifNull(status_detail, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'detection_finding' AS table_name, metadata_uid, time, [('finding_info_title', ifNull(finding_info_title, '')), ('finding_info_desc', ifNull(finding_info_desc, '')), ('process_cmd_line', ifNull(process_cmd_line, ''))] AS named FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(finding_info_title, ''), '\n', ifNull(finding_info_desc, ''), '\n', ifNull(process_cmd_line, ''), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'device_inventory' AS table_name, metadata_uid, time, arrayConcat([('device_hostname', ifNull(device_hostname, '')), ('device_owner_user_name', ifNull(device_owner_user_name, ''))], arrayMap(value -> ('device_groups', value), device_groups)) AS named FROM device_inventory
    WHERE time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(device_hostname, ''), '\n', ifNull(device_owner_user_name, ''), '\n', arrayStringConcat(device_groups, '\n'), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
  UNION ALL
  SELECT 'user_inventory' AS table_name, metadata_uid, time, arrayConcat([('user_name', ifNull(user_name, '')), ('user_full_name', ifNull(user_full_name, '')), ('user_title', ifNull(user_title, '')), ('user_department', ifNull(user_department, '')), ('risk_detail', ifNull(risk_detail, ''))], arrayMap(value -> ('user_groups', value), user_groups)) AS named FROM user_inventory
    WHERE time < toDateTime64({to:String}, 6, 'UTC')
      AND (multiMatchAny(translate(replaceAll(lower(concat(' ', ifNull(user_name, ''), '\n', ifNull(user_full_name, ''), '\n', ifNull(user_title, ''), '\n', ifNull(user_department, ''), '\n', ifNull(risk_detail, ''), '\n', arrayStringConcat(user_groups, '\n'), ' ')) AS small, '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
        OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR lengthUTF8(small) != length(small))
),
gathered AS (
  SELECT table_name, metadata_uid, time, arrayFilter(one -> length(tupleElement(one, 2)) >= 3, named) AS parts,
    arrayStringConcat(arrayMap(one -> tupleElement(one, 2), parts), '\n') AS whole
  FROM texts
),
joined AS (
  SELECT table_name, metadata_uid, time, parts, joined
  FROM gathered
  -- Of what is longer than any log line both ends are read. A list of one, so that what follows is planned once and not for every table.
  ARRAY JOIN [if(length(whole) <= 200000, whole, concat(substring(whole, 1, 100000), '\n', substring(whole, -100000)))] AS joined
),
plain AS (
  -- Records with such letters passed as they were. In their plain form, without accents and what does not show, they
  -- are asked the same, and whether letters of two alphabets stand in one word.
  SELECT table_name, metadata_uid, time, parts, joined, lower(joined) AS small, lengthUTF8(joined) != length(joined) AS is_wide,
    if(is_wide, normalizeUTF8NFC(translateUTF8(lowerUTF8(normalizeUTF8NFKD(toValidUTF8(joined))), {dropped:String}, '')), '') AS wide
  FROM joined
  WHERE NOT is_wide OR multiMatchAny(translate(replaceAll(concat(' ', wide, ' '), '%20', ' '), '-_.+/\\:,;|()[]<>"=?!*#&@\n', '                         '), {gate:Array(String)})
    OR multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(small, {hidden:Array(String)}) OR match(wide, {mixed:String})
),
folded AS (
  -- Decoded, and with look-alikes in Latin.
  SELECT table_name, metadata_uid, time, parts, joined, small,
    replaceRegexpAll(concat(' ', small,
      if(position(joined, '%') > 0, concat(' ', lower(decodeURLComponent(decodeURLComponent(joined)))), ''),
      if(position(joined, '&') > 0, concat(' ', lower(decodeHTMLComponent(joined))), ''),
      if(is_wide, concat(' ', wide, ' ', translateUTF8(wide, {lookalikes:String}, {latin:String})), ''), ' '), '[\\x00-\\x2f\\x3a-\\x60\\x7b-\\x7f]+', ' ') AS words,
    is_wide AND match(joined, '[\\x{e0020}-\\x{e007e}]{4,}|[\\x{e0100}-\\x{e01ef}]{4,}') AS hides
  FROM plain
),
found AS (
  SELECT table_name, metadata_uid, time, parts, joined, hides,
    -- The lists of stems.ts of which a word is there.
    arrayDistinct(arrayMap(place -> arrayElement({groups:Array(UInt8)}, place), multiMatchAllIndices(words, {words:Array(String)}))) AS groups,
    multiMatchAny(small, {signs:Array(String)}) OR multiMatchAny(joined, {base64:Array(String)}) OR hides AS is_marked
  FROM folded
),
suspected AS (
  SELECT table_name, metadata_uid, time, parts, joined,
    has(groups, 0) * 2 + hasAll(groups, [1, 2]) * 2 + hasAll(groups, [3, 4]) * 2 + hasAll(groups, [5, 6]) + hasAll(groups, [7, 8]) + hasAll(groups, [9, 10]) + is_marked * 2 AS hints
  FROM found
  WHERE hints > 0
),
excerpts AS (
  SELECT table_name, metadata_uid, time, hints, tupleElement(part, 1) AS column_name, toValidUTF8(tupleElement(part, 2)) AS whole
  FROM suspected
  ARRAY JOIN arrayConcat(parts, if(length(parts) > 1, [('several columns', joined)], [])) AS part
  WHERE length(tupleElement(part, 2)) >= 8
)
SELECT table_name, column_name,
  -- A long text is read at both ends and where its words stand: an order may lie behind or within a wall of filler.
  if(lengthUTF8(whole) <= 3000, whole, concat(substringUTF8(whole, 1, 1000), ' … ',
    arrayStringConcat(arrayMap(at -> toValidUTF8(substring(whole, greatest(1, at - 200), 600)), arraySlice(arraySort(arrayDistinct(arrayFilter(at -> at > 1000, multiSearchAllPositionsCaseInsensitive(whole, {anchors:Array(String)})))), 1, 8)), ' … '),
    ' … ', substringUTF8(whole, -1000))) AS text,
  count() AS events, min(time) AS first_seen, max(time) AS last_seen, arrayDistinct(groupArraySorted(50)(metadata_uid)) AS uids, max(hints) AS most_hints
FROM excerpts
GROUP BY table_name, column_name, text
ORDER BY table_name, most_hints DESC, events, column_name, text
LIMIT 400 BY table_name
LIMIT 6000
