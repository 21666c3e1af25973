-- Which device that is no domain controller asked one to replicate the directory? (DCSync, ATT&CK T1003.006; DRSUAPI calls: MS-DRSR.)
-- A controller is what answers such calls, or gives out tickets.
WITH
  calls AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, coalesce(dst_endpoint_ip, dst_endpoint_hostname, '') AS target,
      ifNull(rpc_operation, '') AS operation, ifNull(actor_user_name, '') AS person
    FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND lower(ifNull(rpc_interface, '')) = 'drsuapi' AND source != '' AND target != ''
  ),
  controllers AS (
    SELECT target AS address FROM calls
    UNION DISTINCT
    SELECT assumeNotNull(dst_endpoint_ip) FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND auth_protocol = 'Kerberos' AND dst_endpoint_port = 88 AND dst_endpoint_ip IS NOT NULL
  )
SELECT source, target, count() AS calls, uniqExact(toDate(time)) AS days, uniqExact(toStartOfHour(time)) AS hours, toString(min(time)) AS first_seen, toString(max(time)) AS last_seen,
  arraySlice(arraySort(groupUniqArray(operation)), 1, 5) AS operations, arraySlice(arraySort(groupUniqArrayIf(person, person != '')), 1, 5) AS people
FROM calls
WHERE match(operation, '(?i)getncchanges|replicasync|replicaadd') AND source GLOBAL NOT IN (SELECT address FROM controllers)
GROUP BY source, target
ORDER BY calls, source, target
LIMIT 500
