-- Which identities read many objects out of cloud storage or shared drives, from where, with what, and how does that compare with their own days?
SELECT
  found.principal AS principal,
  found.user_name AS user_name,
  found.user_type AS user_type,
  found.issuer AS issuer,
  found.addresses AS addresses,
  found.user_agents AS user_agents,
  found.services AS services,
  found.resources AS resources,
  found.reads AS reads,
  found.lists AS lists,
  found.objects AS objects,
  found.bytes AS bytes,
  found.days AS days,
  found.busiest_hour AS busiest_hour,
  toString(found.first_time) AS first_time,
  toString(found.last_time) AS last_time,
  owners.owner_names AS owner_names
FROM (
  SELECT
    principal,
    lower(min(name)) AS user_name,
    min(type) AS user_type,
    min(session_issuer) AS issuer,
    arraySlice(arraySort(groupUniqArray(address)), 1, 5) AS addresses,
    arraySlice(arraySort(groupUniqArray(agent)), 1, 3) AS user_agents,
    arraySlice(arraySort(groupUniqArray(service)), 1, 3) AS services,
    arraySlice(arraySort(groupUniqArray(resource)), 1, 5) AS resources,
    countIf(is_read) AS reads,
    countIf(NOT is_read) AS lists,
    uniqExactIf(cityHash64(ifNull(resource, ''), ifNull(object, ''), if(object IS NULL, detail_hash, 0)), is_read) AS objects,
    sumIf(sent, is_read) AS bytes,
    arrayZip((sumMapIf([toDate(time)], [toUInt64(1)], is_read) AS by_day).1, by_day.2) AS days,
    arrayMax(arrayConcat([toUInt64(0)], sumMapIf([toStartOfHour(time)], [toUInt64(1)], is_read).2)) AS busiest_hour,
    min(time) AS first_time,
    max(time) AS last_time
  FROM (
    SELECT time, ifNull(actor_user_uid, ifNull(actor_user_name, '')) AS principal, ifNull(actor_user_name, '') AS name, ifNull(actor_user_type, '') AS type,
      ifNull(actor_session_issuer, '') AS session_issuer, src_endpoint_ip AS address, http_request_user_agent AS agent,
      api_service_name AS service, resource_name AS resource, resource_uid AS object, cityHash64(ifNull(detail, '')) AS detail_hash,
      ifNull(traffic_bytes_out, 0) AS sent,
      api_operation IN ('GetObject', 'CopyObject', 'SelectObjectContent', 'RestoreObject', 'GetBlob', 'storage.objects.get',
        'MailItemsAccessed') AS is_read
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, 'Success') = 'Success'
      AND api_operation IN ('GetObject', 'CopyObject', 'SelectObjectContent', 'RestoreObject', 'GetBlob', 'storage.objects.get',
        'MailItemsAccessed',
        'ListBuckets', 'ListObjects', 'ListObjectsV2', 'ListBlobs', 'ListContainers', 'storage.objects.list', 'storage.buckets.list')
  )
  WHERE principal != ''
  GROUP BY principal
  HAVING reads > 0
) AS found
GLOBAL LEFT JOIN (
  SELECT ifNull(actor_user_uid, ifNull(actor_user_name, '')) AS principal, arraySort(groupUniqArray(autonomous_system_name)) AS owner_names
  FROM api_activity
  GLOBAL INNER JOIN network_owner ON network_owner.ip = assumeNotNull(api_activity.src_endpoint_ip)
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
  GROUP BY principal
) AS owners ON owners.principal = found.principal
ORDER BY found.objects DESC, found.reads DESC, found.principal
LIMIT 1000
