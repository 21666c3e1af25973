-- The connections (and, for a channel by name, the handshakes and requests) behind one beacon, oldest first.
SELECT metadata_uid, time FROM network_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND ifNull(activity_name, '') != 'Listen'
  AND coalesce(src_endpoint_ip, device_ip, device_hostname) = {source:String}
  AND (({name:String} = '' AND dst_endpoint_ip = {destination:String} AND ifNull(dst_endpoint_port, 0) = {port:UInt16}
      AND ifNull(connection_info_protocol_name, '') = {protocol:String} AND ifNull(activity_name, '') != 'TLS Handshake')
    OR ({name:String} != '' AND coalesce(tls_sni, dst_endpoint_hostname) = {name:String}))
UNION ALL
SELECT metadata_uid, time FROM http_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND {name:String} != '' AND src_endpoint_ip = {source:String} AND replaceRegexpOne(coalesce(http_request_url_hostname, dst_endpoint_ip), ':[0-9]+$', '') = {name:String}
