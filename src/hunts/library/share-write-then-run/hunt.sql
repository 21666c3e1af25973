-- Which source used a program on another device's administrative share and then started something there? (PsExec and its kin, from shares, RPC calls, services and tasks)
WITH
  writes AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, ifNull(dst_endpoint_ip, '') AS target_address,
      splitByChar('.', coalesce(dst_endpoint_hostname, device_hostname, ''))[1] AS target_name, ifNull(share, '') AS share_name, assumeNotNull(file_name) AS file, ifNull(actor_user_name, '') AS person,
      match(lower(file), '\\.(exe|dll|sys|scr|ps1|bat|cmd|vbs|js|hta|msi|jar|zip|7z|py|so|elf)$') AS is_program,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, '')) OR has({entities:Array(String)}, ifNull(dst_endpoint_ip, ''))
        OR has({entities:Array(String)}, ifNull(dst_endpoint_hostname, '')) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND file_name IS NOT NULL
      AND match(ifNull(share, ''), '(?i)(admin|^[a-z]|\\\\[a-z])\\$$') AND coalesce(src_endpoint_ip, src_endpoint_hostname, '') != ''
      AND (is_program OR match(ifNull(activity_name, ''), '(?i)write|create'))
  ),
  starts AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, ifNull(dst_endpoint_ip, '') AS target_address,
      splitByChar('.', coalesce(dst_endpoint_hostname, device_hostname, ''))[1] AS target_name, concat(coalesce(rpc_interface, named_pipe, ''), ' ', ifNull(rpc_operation, '')) AS what
    FROM rpc_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND match(what, '(?i)svcctl($| $|.*(create|start|change))|createservice|startservice|atsvc|itaskschedulerservice|schrpc|iwbemservices|iremunknown|isystemactivator|remotecreateinstance')
    UNION ALL
    SELECT metadata_uid, time, '', '', splitByChar('.', assumeNotNull(device_hostname))[1], concat('service ', ifNull(service_name, '')) FROM service_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND device_hostname IS NOT NULL
    UNION ALL
    SELECT metadata_uid, time, '', '', splitByChar('.', assumeNotNull(device_hostname))[1], concat('task ', ifNull(job_name, '')) FROM scheduled_job_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND device_hostname IS NOT NULL
  ),
  keyed_writes AS (
    SELECT *, if(target_address = '', target_name, target_address) AS target, arrayJoin(arrayFilter(name -> name != '', arrayDistinct([target_address, target_name]))) AS joined_by FROM writes
  ),
  keyed_starts AS (
    SELECT arrayJoin(arrayFilter(name -> name != '', arrayDistinct([target_address, target_name]))) AS joined_by, arraySort(groupArray((time, metadata_uid, source, what))) AS started
    FROM starts GROUP BY joined_by
  ),
  followed AS (
    SELECT source, target, time, metadata_uid, file, share_name, person, is_program, is_asked,
      arrayFilter(event -> event.1 >= time AND event.1 <= time + toIntervalMinute({withinMinutes:UInt32}) AND (event.3 = '' OR event.3 = source), started) AS followers
    FROM keyed_writes GLOBAL INNER JOIN keyed_starts USING (joined_by)
    WHERE notEmpty(followers)
  ),
  grouped AS (
    SELECT source, target, arraySort(groupUniqArray((time, metadata_uid, file, share_name, person))) AS copies, max(is_program) AS any_program,
      arraySort(arrayDistinct(arrayFlatten(groupArray(followers)))) AS runs, arrayExists(event -> event.3 != '', runs) AS is_same_source, min(dateDiff('second', time, followers[1].1)) AS soonest,
      max(is_asked) AS any_asked
    FROM followed GROUP BY source, target
  ),
  habits AS (SELECT source, uniqExact(toDate(time)) AS days FROM followed GROUP BY source)
SELECT
  grouped.source AS entity,
  round(greatest(0, 30 + if(any_program, 25, 0) + if(is_same_source, 25, 15) + 10 * (1 - soonest / (60 * {withinMinutes:UInt32})) - if(days >= {usualDays:UInt32}, 35, 0)), 1) AS score,
  length(copies) + length(runs) AS n,
  toString(least(copies[1].1, runs[1].1)) AS first_time,
  toString(greatest(copies[-1].1, runs[-1].1)) AS last_time,
  arrayDistinct(arrayConcat(arrayMap(copy -> copy.2, arraySlice(copies, 1, 10)), arrayMap(event -> event.2, arraySlice(runs, 1, 10)))) AS event_ids,
  concat(grouped.source, ' used ', copies[1].3, ' on ', copies[1].4, ' of ', target, if(copies[1].5 = '', '', concat(' as ', copies[1].5)), if(length(copies) > 1, concat(' (', toString(length(copies)), ' accesses)'), ''),
    ', and ', toString(soonest), ' seconds later came ', trim(runs[1].4), if(length(runs) > 1, concat(' and ', toString(length(runs) - 1), ' more'), '')) AS description,
  arrayDistinct(arrayConcat([target], arrayMap(copy -> copy.3, arraySlice(copies, 1, 5)), arrayMap(event -> trim(event.4), arraySlice(runs, 1, 5)))) AS indicators
FROM grouped GLOBAL INNER JOIN habits ON habits.source = grouped.source
WHERE any_asked
ORDER BY score DESC, entity, target
LIMIT 100
