-- Which device sent much and received little, to an outside address that it had not used before? (exfiltration by volume, ratio and rarity)
WITH
  flows AS (
    SELECT metadata_uid, time, time >= toDateTime64({from:String}, 6, 'UTC') AS is_now,
      coalesce(src_endpoint_ip, src_endpoint_hostname, device_hostname, '') AS source, assumeNotNull(dst_endpoint_ip) AS destination,
      dst_endpoint_port AS port, ifNull(traffic_bytes_out, 0) AS bytes_out, ifNull(traffic_bytes_in, 0) AS bytes_in,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, destination)
        OR has({entities:Array(String)}, ifNull(dst_endpoint_hostname, '')) AS is_asked
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Traffic', 'Open') AND dst_endpoint_ip IS NOT NULL AND source != ''
  ),
  heavy AS (
    SELECT cityHash64(source, destination) AS pair, cityHash64(source) AS sender, cityHash64(destination) AS place
    FROM flows WHERE is_now AND is_asked GROUP BY pair, sender, place
    HAVING sum(bytes_out) >= {leastBytes:UInt64} AND sum(bytes_out) >= {leastRatio:Float64} * sum(bytes_in)
  ),
  crowds AS (
    SELECT destination, uniqExact(source) AS hosts FROM flows WHERE cityHash64(destination) GLOBAL IN (SELECT place FROM heavy) GROUP BY destination
  ),
  senders AS (
    SELECT source, min(time) AS source_first FROM flows WHERE cityHash64(source) GLOBAL IN (SELECT sender FROM heavy) GROUP BY source
  ),
  uploads AS (
    SELECT source, destination, countIf(is_now) AS flows_made, sumIf(bytes_out, is_now) AS sent, sumIf(bytes_in, is_now) AS received,
      min(time) AS first_contact, uniqExactIf(toDate(time), bytes_out > 0) AS active_days, arraySort(groupUniqArrayIf(toString(port), is_now AND port IS NOT NULL)) AS ports,
      arraySort(groupArrayIf((time, bytes_out, metadata_uid), is_now)) AS events
    FROM flows WHERE cityHash64(source, destination) GLOBAL IN (SELECT pair FROM heavy)
    GROUP BY source, destination
    HAVING NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(destination) OR isIPv6String(destination), destination, '::'), network), {internal:Array(String)}) AND NOT match(destination, '^(2(2[4-9]|3[0-9])\\.|255\\.|ff0)')
  )
SELECT
  source AS entity,
  round(greatest(0, 15 + 30 * least(1, log10(sent / {leastBytes:UInt64}) / 3) + 15 * least(1, sent / greatest(received, 1) / 10) + 10 / hosts
    + multiIf(active_days >= 3, -30, first_contact >= source_first + toIntervalHour({historyHours:UInt32}), 20, 10)), 1) AS score,
  flows_made AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arraySort(arrayMap(event -> event.3, arraySlice(arrayReverseSort(event -> (event.2, event.3), events), 1, 20))) AS event_ids,
  concat(source, ' sent ', formatReadableDecimalSize(sent), ' to ', destination, ' and received ', formatReadableDecimalSize(received), ' in ',
    toString(flows_made), ' connections; first contact ', formatDateTime(first_contact, '%F %H:%i', 'UTC'), ', ', toString(active_days),
    if(active_days = 1, ' day', ' days'), ' of traffic; ', toString(hosts), if(hosts = 1, ' device uses it', ' devices use it')) AS description,
  arrayConcat([destination], arrayMap(port -> concat('port ', port), arraySlice(ports, 1, 5))) AS indicators
FROM uploads
GLOBAL INNER JOIN crowds USING (destination)
GLOBAL INNER JOIN senders USING (source)
WHERE hosts <= {mostHosts:UInt32}
ORDER BY score DESC, entity, destination
LIMIT 100
