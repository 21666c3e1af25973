-- Which device that is no domain controller asked one to replicate the directory? (DCSync; DRSUAPI calls by non-controllers)
WITH
  calls AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, coalesce(dst_endpoint_ip, dst_endpoint_hostname, '') AS target,
      ifNull(rpc_operation, '') AS operation, ifNull(actor_user_name, '') AS person,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(dst_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND lower(ifNull(rpc_interface, '')) = 'drsuapi' AND source != '' AND target != ''
  ),
  controllers AS (
    SELECT target AS address FROM calls
    UNION DISTINCT
    SELECT assumeNotNull(dst_endpoint_ip) FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND auth_protocol = 'Kerberos' AND dst_endpoint_port = 88 AND dst_endpoint_ip IS NOT NULL
  ),
  replications AS (
    SELECT source, target, max(is_asked) AS any_asked, uniqExact(toDate(time)) AS days, arraySort(groupArrayIf((time, metadata_uid, operation, person), time >= toDateTime64({from:String}, 6, 'UTC'))) AS events
    FROM calls WHERE match(operation, '(?i)getncchanges|replicasync|replicaadd') AND source GLOBAL NOT IN (SELECT address FROM controllers)
    GROUP BY source, target HAVING notEmpty(events)
  )
SELECT
  source AS entity,
  round(70 + if(days = 1, 15, 0) + if(length(events) <= 50, 10, 0), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(source, ' asked ', target, ' to replicate the directory (', events[1].3, ') ', toString(length(events)), if(length(events) = 1, ' time', ' times'), ' on ', toString(days), if(days = 1, ' day', ' days'),
    if(events[1].4 = '', '', concat(' as ', events[1].4)), ', and never answered for a directory itself') AS description,
  [source, target] AS indicators
FROM replications
WHERE any_asked
ORDER BY score DESC, entity, target
LIMIT 100
