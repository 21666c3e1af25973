-- Which hosts of the estate call one address and port again and again, and at which moments?
-- A coarse sieve keeps the candidates whose pauses spread least around their median (compare RITA v5), as they are and after calls
-- of one check-in are folded together; arrays a pair are 8 times cheaper than window functions. What it keeps is judged in score.ts.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (values -> arrayReduce('quantileExactInclusive(0.5)', values)) AS middle,
  -- Pauses longer than `floor`, less the floor: folding must not make chance look like a rhythm.
  ((pauses, floor) -> arrayMap(pause -> pause - floor, arrayFilter(pause -> pause > floor, pauses))) AS beyond,
  ((values, center) -> if(length(values) + 2 < {countThreshold:UInt32} OR center <= 0, 9.,
    middle(arrayMap(value -> abs(value - center), values)) / center)) AS spread,
  callers AS (
    SELECT source FROM (
      SELECT DISTINCT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
        AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
    )
    WHERE is_inside(source) OR NOT is_address(source)
  ),
  (SELECT count() FROM callers) AS estate_hosts,
  clients AS (
    SELECT cityHash64(dst_endpoint_ip) AS target, uniqExact(cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname))) AS hosts
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) GLOBAL IN (SELECT source FROM callers)
    GROUP BY target
  ),
  candidates AS (
    SELECT pair FROM (
      SELECT
        cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip, ifNull(dst_endpoint_port, 0),
          ifNull(connection_info_protocol_name, '')) AS pair,
        min(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
        min(dst_endpoint_ip) AS destination,
        min(dst_endpoint_port) AS port
      FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
        AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen') AND ifNull(connection_info_protocol_name, '') NOT LIKE '%icmp%'
        AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
        AND NOT has({localPorts:Array(UInt16)}, ifNull(dst_endpoint_port, 0))
        -- The name service answers to a clock of its own, the life of its answers; dns-tunnelling looks at it.
        AND NOT (ifNull(dst_endpoint_port, 0) = 53 AND (ifNull(connection_info_protocol_name, 'udp') = 'udp' OR ifNull(app_name, '') = 'dns'))
      GROUP BY pair
      HAVING count() >= {countThreshold:UInt32}
    )
    WHERE source != destination
      AND (is_inside(assumeNotNull(source)) OR NOT is_address(assumeNotNull(source)))
      -- What a quarter of a large estate calls is no secret channel, and would crowd out what is.
      AND cityHash64(destination) GLOBAL NOT IN (SELECT target FROM clients WHERE hosts >= 10 AND hosts > 0.25 * estate_hosts)
      -- Infrastructure that every machine polls inside: name service, directory, file shares, printers, time, logs.
      AND NOT (is_inside(assumeNotNull(destination)) AND has({internalServicePorts:Array(UInt16)}, ifNull(port, 0)))
      -- Multicast, broadcast, link-local, loopback and unspecified addresses are no destinations of a channel.
      AND NOT arrayExists(network -> isIPAddressInRange(assumeNotNull(destination), network),
        ['224.0.0.0/3', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', 'ff00::/8', 'fe80::/10', '::/127'])
      AND NOT (is_inside(assumeNotNull(destination)) AND endsWith(assumeNotNull(destination), '.255'))
  )
SELECT
  source,
  is_address(source) AS source_is_address,
  destination,
  is_inside(destination) AS destination_is_inside,
  port,
  protocol,
  length(moments) AS connections,
  toString(fromUnixTimestamp64Micro(moments[1], 'UTC')) AS first_time,
  toString(fromUnixTimestamp64Micro(moments[-1], 'UTC')) AS last_time,
  -- At most 480 moments, as one stretch or as three stretches of calls in a row, in seconds after the first.
  arrayMap(stretch -> arrayMap(moment -> (moment - moments[1]) / 1000000, stretch),
    if(length(moments) <= 480, [moments],
      [arraySlice(moments, 1, 160), arraySlice(moments, intDiv(length(moments), 2) - 79, 160), arraySlice(moments, -160, 160)])) AS stretches,
  length(arrayDistinct(arrayMap(moment -> intDiv(moment, 3600000000), moments))) AS active_hours,
  source_ports,
  unanswered,
  bytes_known,
  bytes_out_quartiles,
  bytes_in_quartiles,
  bytes_out,
  bytes_in,
  applications,
  devices,
  users,
  processes
FROM (
  SELECT
    *,
    middle(whole) AS whole_middle,
    middle(folded) AS folded_middle,
    middle(folded_wide) AS folded_wide_middle,
    arrayPopFront(arrayDifference(pauses)) AS steps,
    middle(arrayFilter(step -> step > 0, steps)) AS usual_step
  FROM (
    SELECT
      *,
      arrayMap(difference -> difference / 1000000, arrayPopFront(arrayDifference(moments))) AS pauses,
      beyond(pauses, 0) AS whole,
      beyond(pauses, 1) AS folded,
      beyond(pauses, 60) AS folded_wide
    FROM (
      -- Two sensors never see one call at the same moment, so the moments are those of one: the sensor that saw most, or, of equals,
      -- the one that knows sizes. What was called by whom is told by all of them.
      SELECT
        source,
        destination,
        port,
        protocol,
        argMin(seen.moments, (-length(seen.moments), -seen.bytes_known, sensor)) AS moments,
        argMin(seen.source_ports, (-length(seen.moments), -seen.bytes_known, sensor)) AS source_ports,
        argMin(seen.unanswered, (-length(seen.moments), -seen.bytes_known, sensor)) AS unanswered,
        argMin((seen.bytes_known, seen.bytes_out_quartiles, seen.bytes_in_quartiles, seen.bytes_out, seen.bytes_in), (-seen.bytes_known, sensor)) AS sizes,
        sizes.1 AS bytes_known,
        sizes.2 AS bytes_out_quartiles,
        sizes.3 AS bytes_in_quartiles,
        sizes.4 AS bytes_out,
        sizes.5 AS bytes_in,
        arraySlice(arraySort(groupUniqArrayArray(seen.applications)), 1, 5) AS applications,
        arraySlice(arraySort(groupUniqArrayArray(seen.devices)), 1, 5) AS devices,
        arraySlice(arraySort(groupUniqArrayArray(seen.users)), 1, 5) AS users,
        arraySlice(arraySort(groupUniqArrayArray(seen.processes)), 1, 5) AS processes
      FROM (
        SELECT
          assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
          assumeNotNull(dst_endpoint_ip) AS destination,
          ifNull(dst_endpoint_port, 0) AS port,
          ifNull(connection_info_protocol_name, '') AS protocol,
          concat(metadata_product_vendor_name, ' ', metadata_product_name) AS sensor,
          arraySort(groupArray(toUnixTimestamp64Micro(time))) AS moments,
          uniqExact(src_endpoint_port) AS source_ports,
          countIf(activity_name = 'Refuse' OR connection_info_state IN ('S0', 'REJ', 'RSTOS0', 'SH', 'REQ', 'S_', 'S_RA', 'S_R')) AS unanswered,
          toInt64(countIf(traffic_bytes_out IS NOT NULL AND traffic_bytes_in IS NOT NULL)) AS bytes_known,
          quantilesExactInclusive(0.25, 0.5, 0.75)(traffic_bytes_out) AS bytes_out_quartiles,
          quantilesExactInclusive(0.25, 0.5, 0.75)(traffic_bytes_in) AS bytes_in_quartiles,
          sum(traffic_bytes_out) AS bytes_out,
          sum(traffic_bytes_in) AS bytes_in,
          groupUniqArray(app_name) AS applications,
          groupUniqArray(device_hostname) AS devices,
          groupUniqArray(actor_user_name) AS users,
          groupUniqArray(actor_process_name) AS processes
        FROM network_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
          AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen') AND ifNull(connection_info_protocol_name, '') NOT LIKE '%icmp%'
          AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
          AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip, ifNull(dst_endpoint_port, 0),
            ifNull(connection_info_protocol_name, '')) GLOBAL IN (SELECT pair FROM candidates)
        GROUP BY source, destination, port, protocol, sensor
        -- Reports that stand for many calls have the hour's end for a moment: hours.sql judges those by their numbers.
        HAVING countIf(ifNull(count, 1) > 1) = 0
      ) AS seen
      GROUP BY source, destination, port, protocol
      HAVING length(moments) >= {countThreshold:UInt32}
    )
  )
) AS found
GLOBAL LEFT JOIN clients ON clients.target = cityHash64(found.destination)
-- The last spread is for payloads that wait one step longer after every empty answer: how few steps are the usual step.
-- Destinations of many hosts come last: in a large estate their agents would fill the list.
ORDER BY least(1, 20 * ifNull(clients.hosts, 0) / greatest(estate_hosts, 20)) + least(spread(whole, whole_middle), spread(folded, folded_middle), spread(folded_wide, folded_wide_middle),
    if(length(steps) < 20, 9., 1 - arrayCount(step -> abs(step - usual_step) <= 0.25 * usual_step, steps) / length(steps))),
  connections DESC, source, destination, port, protocol
LIMIT 2000
