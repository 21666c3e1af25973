-- The connections and requests behind one upload, or the reads and listings behind one identity, oldest first.
SELECT metadata_uid, time FROM network_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND {principal:String} = '' AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen')
  AND coalesce(src_endpoint_ip, device_ip, device_hostname) = {source:String} AND dst_endpoint_ip = {destination:String}
UNION ALL
SELECT metadata_uid, time FROM http_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND {principal:String} = '' AND src_endpoint_ip = {source:String} AND dst_endpoint_ip = {destination:String}
UNION ALL
SELECT metadata_uid, time FROM api_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND {principal:String} != '' AND ifNull(actor_user_uid, ifNull(actor_user_name, '')) = {principal:String}
  AND api_operation IN ('GetObject', 'CopyObject', 'SelectObjectContent', 'RestoreObject', 'GetBlob', 'storage.objects.get',
    'MailItemsAccessed',
    'ListBuckets', 'ListObjects', 'ListObjectsV2', 'ListBlobs', 'ListContainers', 'storage.objects.list', 'storage.buckets.list')
