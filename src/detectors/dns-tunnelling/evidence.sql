-- The lookups behind one finding, oldest first: names below a domain, or names that do not exist.
SELECT metadata_uid, time FROM dns_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND coalesce(src_endpoint_ip, device_ip, device_hostname) = {source:String}
  AND ifNull(dst_endpoint_port, 53) NOT IN (137, 5353, 5355)
  AND if({domain:String} = '', rcode = 'NXDOMAIN', endsWith(query_hostname, concat('.', {domain:String})) OR query_hostname = {domain:String})
