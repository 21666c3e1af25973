-- Which inside device tried many inside addresses or ports within an hour, mostly in vain? (horizontal and vertical scans)
WITH
  knocks AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, device_hostname, '') AS source, assumeNotNull(dst_endpoint_ip) AS target,
      assumeNotNull(dst_endpoint_port) AS port, connection_info_state IN ('S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR') OR activity_name = 'Refuse' AS in_vain
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Traffic', 'Open', 'Refuse') AND dst_endpoint_ip IS NOT NULL AND dst_endpoint_port IS NOT NULL AND source != ''
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')))
  ),
  busy AS (
    SELECT source, toStartOfHour(time) AS hour FROM knocks GROUP BY source, hour
    HAVING countIf(in_vain) >= {leastShareUnanswered:Float64} * least({leastTargets:UInt32}, {leastPorts:UInt32})
      AND (uniqExact(target) >= {leastTargets:UInt32} OR uniqExact(port) >= {leastPorts:UInt32})
  ),
  inside AS (
    SELECT target FROM (SELECT DISTINCT target FROM knocks WHERE source GLOBAL IN (SELECT source FROM busy))
    WHERE arrayExists(network -> isIPAddressInRange(if(isIPv4String(target) OR isIPv6String(target), target, '::'), network), {internal:Array(String)})
  ),
  hours AS (
    SELECT source, toStartOfHour(time) AS hour, count() AS tries, uniqExact(target) AS targets, uniqExact(port) AS ports, countIf(in_vain) / tries AS vain_share,
      arraySlice(arraySort(groupArray((time, metadata_uid))), 1, 20) AS events, max(time) AS last_try, arraySlice(arraySort(groupUniqArray(port)), 1, 8) AS some_ports
    FROM knocks WHERE (source, toStartOfHour(time)) GLOBAL IN (SELECT source, hour FROM busy) AND target GLOBAL IN (SELECT target FROM inside)
    GROUP BY source, hour
    HAVING vain_share >= {leastShareUnanswered:Float64} AND (targets >= {leastTargets:UInt32} OR ports >= {leastPorts:UInt32})
  ),
  sources AS (SELECT source, uniqExact(toDate(hour)) AS scan_days FROM hours GROUP BY source)
SELECT
  hours.source AS entity,
  round(30 + 35 * least(1, log10(targets * ports / 10) / 2) + 25 * least(1, vain_share / 0.8), 1) AS score,
  tries AS n,
  toString(events[1].1) AS first_time,
  toString(last_try) AS last_time,
  arrayMap(event -> event.2, events) AS event_ids,
  concat(hours.source, ' tried ', toString(ports), if(ports = 1, ' port of ', ' ports of '), toString(targets), if(targets = 1, ' inside address', ' inside addresses'),
    ' in ', toString(tries), ' connections within the hour from ', formatDateTime(hour, '%F %H:%i', 'UTC'), '; ', toString(round(100 * vain_share)), ' % unanswered or refused') AS description,
  arrayMap(port -> concat('port ', toString(port)), some_ports) AS indicators
FROM hours GLOBAL INNER JOIN sources ON sources.source = hours.source
WHERE scan_days < {usualDays:UInt32} AND (toIPv6OrNull(hours.source) IS NULL
    OR arrayExists(network -> isIPAddressInRange(if(isIPv4String(hours.source) OR isIPv6String(hours.source), hours.source, '::'), network), {internal:Array(String)}))
  AND hour >= toStartOfHour(toDateTime64({from:String}, 6, 'UTC'))
ORDER BY score DESC, entity, hour
LIMIT 100
