-- Which products told of these events, and by which keys can they be joined to others: cloud session, process, message, link, SID, device?
WITH
  keyed AS (
    SELECT metadata_uid AS uid, metadata_product_name AS product, [('session', ifNull(session_uid, ''))] AS keys FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('session', ifNull(actor_session_uid, ''))] FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('process', ifNull(process_uid, '')), ('process', ifNull(parent_process_uid, '')), ('user SID', if(match(ifNull(actor_user_uid, ''), '^S-1-(5-21|12-1)-'), assumeNotNull(actor_user_uid), '')),
      ('link', lower(domain(extract(ifNull(process_cmd_line, ''), '(?i)https?://[^\\s"'']+'))))] FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('process', ifNull(actor_process_uid, ''))] FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('process', ifNull(actor_process_uid, ''))] FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('message', ifNull(email_message_uid, ''))] FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('message', ifNull(email_message_uid, '')), ('link', ifNull(url_hostname, ''))] FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('link', domain(ifNull(url_string, '')))] FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [('link', lower(domain(extract(ifNull(reg_value_data, ''), '(?i)https?://[^\\s"'']+'))))] FROM registry_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [] FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [] FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [] FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
    UNION ALL
    SELECT metadata_uid, metadata_product_name, [] FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND has({events:Array(String)}, metadata_uid)
  )
SELECT uid AS event_uid, product AS sensor, arraySort(arrayDistinct(arrayFilter(key -> key.2 != '' AND key.2 NOT LIKE '%:0:%', arrayFlatten(groupArray(keys))))) AS joins
FROM keyed
GROUP BY event_uid, sensor
ORDER BY event_uid, sensor
LIMIT 20000
