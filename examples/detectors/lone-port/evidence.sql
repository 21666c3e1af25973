-- The connections of this host to that port, oldest first.
SELECT metadata_uid, time
FROM network_activity
WHERE src_endpoint_ip = {source:String} AND dst_endpoint_port = {port:UInt16}
  AND time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
