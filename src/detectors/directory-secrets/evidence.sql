-- The ticket requests of an account or of a device, or the replication calls between two hosts, oldest first.
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC')
  AND (({kind:String} = 'tickets' AND activity_name = 'Service Ticket Request' AND lower(ifNull(user_name, '')) = {entity:String} AND NOT match(lower(ifNull(service_name, '')), '\\$(@|$)|^krbtgt(/|$|@)'))
    OR ({kind:String} = 'first tickets' AND activity_name = 'Authentication Ticket' AND ifNull(src_endpoint_ip, '') = {entity:String}))
UNION ALL
SELECT metadata_uid, time
FROM rpc_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC')
  AND {kind:String} = 'replication' AND coalesce(src_endpoint_ip, src_endpoint_hostname, '') = {entity:String}
  AND coalesce(dst_endpoint_ip, dst_endpoint_hostname, '') = {target:String} AND lower(ifNull(rpc_interface, '')) = 'drsuapi'
