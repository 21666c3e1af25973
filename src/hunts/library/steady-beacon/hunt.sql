-- Which device calls a destination at a steady pace that few others use? Dispersion of the gaps by median and MAD, as RITA scores it.
WITH
  calls AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, src_endpoint_hostname, device_hostname, '') AS source,
      coalesce(dst_endpoint_ip, dst_endpoint_hostname, '') AS destination, ifNull(dst_endpoint_port, 0) AS port, traffic_bytes_out AS bytes,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(dst_endpoint_ip, ''))
        OR has({entities:Array(String)}, ifNull(dst_endpoint_hostname, '')) AS is_asked
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Traffic', 'Open')
      AND port NOT IN (0, 53, 67, 68, 123, 137, 138, 1900, 3702, 5353, 5355)
      AND NOT match(destination, '^(2(2[4-9]|3[0-9])\\.|255\\.|ff0)') AND source != '' AND destination != ''
  ),
  chatty AS (
    SELECT cityHash64(source, destination, port) AS pair, cityHash64(destination) AS place
    FROM calls WHERE is_asked GROUP BY pair, place HAVING count() >= {leastCalls:UInt32}
  ),
  crowds AS (
    SELECT destination, uniqExact(source) AS hosts FROM calls
    WHERE cityHash64(destination) GLOBAL IN (SELECT place FROM chatty) GROUP BY destination
  ),
  rhythms AS (
    SELECT source, destination, port, count() AS calls_made, arraySort(groupArray((time, metadata_uid))) AS events,
      arrayMap(event -> toUnixTimestamp64Micro(event.1), events) AS moments,
      arraySort(arrayFilter(gap -> gap >= 1000000 * {leastGapSeconds:UInt32}, arrayPopFront(arrayDifference(moments)))) AS gaps,
      gaps[intDiv(length(gaps) + 1, 2)] AS median_gap,
      arraySort(arrayMap(gap -> abs(gap - median_gap), gaps)) AS deviations,
      deviations[intDiv(length(deviations) + 1, 2)] / greatest(median_gap, 1) AS jitter,
      quantileExact(0.25)(bytes) AS low_bytes, quantileExact(0.5)(bytes) AS usual_bytes, quantileExact(0.75)(bytes) AS high_bytes
    FROM calls WHERE cityHash64(source, destination, port) GLOBAL IN (SELECT pair FROM chatty)
    GROUP BY source, destination, port
    HAVING length(gaps) >= {leastCalls:UInt32} - 1 AND jitter <= {mostJitter:Float64}
      AND moments[-1] - moments[1] >= 60000000 * {leastSpanMinutes:UInt32}
  )
SELECT
  source AS entity,
  round(25 + 35 * (1 - jitter / {mostJitter:Float64}) + 15 * least(1, log2(calls_made / {leastCalls:UInt32} + 1) / 4)
    + if((SELECT uniqExact(source) FROM calls) >= 5, 15, 0) / hosts + if(usual_bytes > 0 AND high_bytes - low_bytes <= usual_bytes / 5, 10, 0), 1) AS score,
  calls_made AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(source, ' called ', destination, ' port ', toString(port), ' ', toString(calls_made), ' times, every ',
    toString(round(median_gap / 1000000, 1)), ' s (half of the gaps within ', toString(round(100 * jitter)), ' % of that); ',
    toString(hosts), if(hosts = 1, ' device talks', ' devices talk'), ' to it') AS description,
  [destination, concat('port ', toString(port))] AS indicators
FROM rhythms GLOBAL INNER JOIN crowds USING (destination)
WHERE hosts <= {mostHosts:UInt32}
ORDER BY score DESC, entity, destination, port
LIMIT 100
