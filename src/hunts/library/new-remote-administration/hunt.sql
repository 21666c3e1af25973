-- Which device reached several others by SMB, RDP, WinRM or SSH within an hour, none of which it had reached before? (lateral movement by new edges)
WITH
  contacts AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, device_hostname, '') AS source,
      coalesce(dst_endpoint_ip, dst_endpoint_hostname, '') AS target, ifNull(dst_endpoint_ip, '') AS target_address,
      transform(dst_endpoint_port, [22, 445, 3389, 5985, 5986], ['SSH', 'SMB', 'RDP', 'WinRM', 'WinRM'], '') AS way
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Traffic', 'Open') AND dst_endpoint_port IN (22, 445, 3389, 5985, 5986)
      AND ifNull(connection_info_state, 'SF') NOT IN ('S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'OTH')
      AND source != '' AND target != '' AND source != target
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')))
  ),
  edges AS (
    SELECT source, target, way, max(target_address) AS address, min(time) AS first_contact, argMin(metadata_uid, (time, metadata_uid)) AS first_uid
    FROM contacts GROUP BY source, target, way
    HAVING address = '' OR arrayExists(network -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '::'), network), {internal:Array(String)})
  ),
  days AS (SELECT source, max(reached) AS most_before FROM (
    SELECT source, toDate(time) AS day, uniqExact(target) AS reached FROM contacts
    WHERE time < toDateTime64({from:String}, 6, 'UTC') GROUP BY source, day) GROUP BY source),
  known AS (
    SELECT coalesce(src_endpoint_ip, src_endpoint_hostname, device_hostname, '') AS source, min(time) AS first_seen_here
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND source GLOBAL IN (SELECT source FROM edges)
    GROUP BY source
  ),
  hours AS (
    SELECT source, toStartOfHour(first_contact) AS hour, uniqExact(target) AS targets, arraySort(groupArray((first_contact, first_uid))) AS events,
      arraySort(groupUniqArray(way)) AS ways, arraySort(groupUniqArray(target)) AS names
    FROM edges WHERE first_contact >= toDateTime64({from:String}, 6, 'UTC')
    GROUP BY source, hour HAVING targets >= {leastTargets:UInt32}
  )
SELECT
  hours.source AS entity,
  round(40 + 30 * least(1, targets / 20) + if(hour >= first_seen_here + toIntervalHour({historyHours:UInt32}), if(ifNull(most_before, 0) = 0, 30, 15), -15), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(hours.source, ' reached ', toString(targets), ' devices for the first time within the hour from ', formatDateTime(hour, '%F %H:%i', 'UTC'), ' by ',
    arrayStringConcat(ways, ', '), '; on no earlier day more than ', toString(ifNull(most_before, 0))) AS description,
  arraySlice(names, 1, 15) AS indicators,
  arrayMap(way -> transform(way, ['SSH', 'SMB', 'RDP', 'WinRM'], ['T1021.004', 'T1021.002', 'T1021.001', 'T1021.006'], ''), ways) AS techniques
FROM hours
GLOBAL LEFT JOIN days ON days.source = hours.source
GLOBAL LEFT JOIN known ON known.source = hours.source
WHERE ifNull(most_before, 0) < targets
ORDER BY score DESC, entity, hour
LIMIT 100
