-- Who listed and read many objects of a cloud storage within an hour, and had not done so before? (data from cloud storage)
WITH
  reads AS (
    SELECT metadata_uid, time, time >= toDateTime64({from:String}, 6, 'UTC') AS is_now, coalesce(actor_user_name, actor_user_uid, '') AS person, coalesce(actor_session_issuer, '') AS issuer,
      ifNull(src_endpoint_ip, '') AS address, assumeNotNull(api_operation) AS operation, coalesce(resource_name, '') AS place, coalesce(resource_uid, resource_name, '') AS object,
      match(lower(operation), '^list|listblob|storage\\.objects\\.list|^headbucket|getbucket') AS is_listing, match(ifNull(http_request_user_agent, ''), '(?i)aws-cli|boto|rclone|azcopy|gsutil|curl|python|go-http|powershell|s3cmd|cyberduck|winscp') AS by_tool,
      ifNull(traffic_bytes_out, 0) AS bytes_out,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, ifNull(actor_user_uid, ''))
        OR has({entities:Array(String)}, ifNull(actor_session_issuer, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) AS is_asked
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND api_operation IS NOT NULL AND ifNull(status, 'Success') = 'Success' AND coalesce(actor_user_name, actor_user_uid, '') != '' AND actor_app_name IS NULL
      AND match(api_operation, '(?i)^(getobject|listobjects(v2)?|listbuckets|headobject|copyobject|selectobjectcontent|getblob|listblobs|listcontainers|filedownloaded|filesyncdownloadedfull|fileaccessed|filesyncdownloadedpartial|download|storage\\.objects\\.(get|list)|storage\\.buckets\\.list)$')
  ),
  before AS (
    SELECT person, count() AS earlier_reads, arraySort(groupUniqArray(address)) AS earlier_addresses, countIf(day_reads >= {leastReads:UInt32}) AS busy_days FROM (
      SELECT person, address, toDate(time) AS day, count() AS day_reads FROM reads WHERE NOT is_now GROUP BY person, address, day) GROUP BY person
  ),
  spans AS (
    SELECT person, address, toStartOfInterval(time, toIntervalMinute({withinMinutes:UInt32})) AS span, count() AS made, uniqExact(place, object) AS objects, max(is_listing) AS listed, max(NOT is_listing) AS read_some, max(by_tool) AS tool,
      sum(bytes_out) AS bytes_read, arraySlice(arraySort(groupArray((time, metadata_uid))), 1, 20) AS events, max(time) AS last_read, arraySlice(arraySort(groupUniqArrayIf(place, place != '')), 1, 6) AS places,
      max(issuer) AS role, max(is_asked) AS any_asked, arraySort(groupUniqArray(operation)) AS operations
    FROM reads WHERE is_now GROUP BY person, address, span HAVING made >= {leastReads:UInt32} AND read_some
  )
SELECT
  spans.person AS entity,
  round(greatest(0, 20 + 30 * least(1, log10(objects) / 3) + if(listed, 15, 0) + if(tool, 15, 0) + if(ifNull(earlier_reads, 0) = 0, 10, 0)
    + if(ifNull(earlier_reads, 0) > 0 AND NOT has(ifNull(earlier_addresses, []), spans.address), 10, 0) - if(ifNull(busy_days, 0) >= {usualDays:UInt32}, 35, 0)), 1) AS score,
  made AS n,
  toString(events[1].1) AS first_time,
  toString(last_read) AS last_time,
  arrayMap(event -> event.2, events) AS event_ids,
  concat(spans.person, if(role = '', '', concat(' (', role, ')')), ' made ', toString(made), ' reads of ', toString(objects), ' places and objects', if(spans.address = '', '', concat(' from ', spans.address)),
    if(bytes_read = 0, '', concat(', ', formatReadableDecimalSize(bytes_read))), ', from ', formatDateTime(span, '%F %H:%i', 'UTC'), ' on: ', arrayStringConcat(operations, ', ')) AS description,
  arrayFilter(value -> value != '', arrayConcat([spans.address, role], places)) AS indicators
FROM spans GLOBAL LEFT JOIN before ON before.person = spans.person
WHERE any_asked
ORDER BY score DESC, entity, spans.address, span
LIMIT 100
