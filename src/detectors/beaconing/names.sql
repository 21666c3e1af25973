-- Which hosts of the estate call one name again and again, whatever addresses answer for it, and at which moments?
-- A channel behind a content network changes its addresses and keeps its name (RITA v5 scores SNI and Host beacons for this reason).
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (values -> arrayReduce('quantileExactInclusive(0.5)', values)) AS middle,
  ((pauses, floor) -> arrayMap(pause -> pause - floor, arrayFilter(pause -> pause > floor, pauses))) AS beyond,
  ((values, center) -> if(length(values) + 2 < {countThreshold:UInt32} OR center <= 0, 9.,
    middle(arrayMap(value -> abs(value - center), values)) / center)) AS spread,
  -- Pairs of which a sensor tells only how many calls an hour had: hours.sql judges those.
  reported AS (
    SELECT DISTINCT assumeNotNull(cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip)) AS pair FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND count > 1 AND dst_endpoint_ip IS NOT NULL
      AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
  ),
  calls AS (
    SELECT time, concat(metadata_product_vendor_name, ' ', metadata_product_name) AS sensor, coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, coalesce(tls_sni, dst_endpoint_hostname) AS name,
      dst_endpoint_ip AS address, dst_endpoint_port AS port, ifNull(connection_info_protocol_name, 'tcp') AS protocol,
      if(tls_sni IS NULL, 'name in the connection record', 'TLS server name') AS told_by, CAST(NULL, 'Nullable(UInt64)') AS sent,
      CAST(NULL, 'Nullable(String)') AS user_agent, device_hostname AS device, actor_user_name AS user_name, actor_process_name AS process,
      -- A report of a sensor stands for as many calls as it counts.
      greatest(ifNull(count, 1), 1) AS stands_for
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND coalesce(tls_sni, dst_endpoint_hostname) IS NOT NULL AND ifNull(activity_name, '') != 'Listen'
      AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip) GLOBAL NOT IN (SELECT pair FROM reported)
      AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      AND NOT has({localPorts:Array(UInt16)}, ifNull(dst_endpoint_port, 0)) AND NOT has({internalServicePorts:Array(UInt16)}, ifNull(dst_endpoint_port, 0))
    UNION ALL
    SELECT time, concat(metadata_product_vendor_name, ' ', metadata_product_name), src_endpoint_ip, replaceRegexpOne(coalesce(http_request_url_hostname, dst_endpoint_ip), ':[0-9]+$', ''), dst_endpoint_ip,
      dst_endpoint_port, 'tcp', 'HTTP Host', http_request_length, http_request_user_agent, device_hostname, actor_user_name,
      CAST(NULL, 'Nullable(String)'), toUInt64(1)
    FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND coalesce(http_request_url_hostname, dst_endpoint_ip) IS NOT NULL AND src_endpoint_ip IS NOT NULL
      AND NOT arrayExists(network -> isIPAddressInRange(ifNull(dst_endpoint_ip, '192.0.2.0'), network), ['224.0.0.0/3', 'ff00::/8', 'fe80::/10'])
  ),
  callers AS (
    SELECT host FROM (SELECT DISTINCT assumeNotNull(source) AS host FROM calls)
    WHERE is_inside(host) OR NOT is_address(host)
  ),
  (SELECT count() FROM callers) AS estate_hosts,
  estate AS (
    SELECT cityHash64(name) AS called, uniqExact(cityHash64(source)) AS clients, toString(min(time)) AS first_seen FROM calls
    WHERE source GLOBAL IN (SELECT host FROM callers)
    GROUP BY called
  ),
  candidates AS (
    SELECT channel FROM (
      SELECT cityHash64(source, name) AS channel, min(cityHash64(name)) AS called FROM calls
      WHERE source GLOBAL IN (SELECT host FROM callers)
        -- Requests in one connection that stays open show their rhythm here only, so a bare address counts where it is called over HTTP.
        AND if(is_address(assumeNotNull(name)), told_by = 'HTTP Host', position(name, '.') > 0 AND NOT startsWith(name, '['))
      GROUP BY channel
      HAVING count() >= {countThreshold:UInt32}
    )
    -- What a quarter of a large estate calls is no secret channel, and would crowd out what is.
    WHERE called GLOBAL NOT IN (SELECT called FROM estate WHERE clients >= 10 AND clients > 0.25 * estate_hosts)
  )
SELECT
  found.source AS source,
  is_address(found.source) AS source_is_address,
  found.name AS name,
  found.told_by AS told_by,
  found.connections AS connections,
  found.first_time AS first_time,
  found.last_time AS last_time,
  found.stretches AS stretches,
  found.active_hours AS active_hours,
  found.places AS places,
  arrayExists(place -> NOT is_inside(place.1.1), found.places) AS is_outside,
  found.address_count AS address_count,
  found.protocols AS protocols,
  found.sent_known AS sent_known,
  found.sent_quartiles AS sent_quartiles,
  found.sent_total AS sent_total,
  found.user_agents AS user_agents,
  found.devices AS devices,
  found.users AS users,
  found.processes AS processes,
  estate.clients AS clients,
  estate.first_seen AS first_seen
FROM (
  SELECT
    *,
    length(moments) AS connections,
    toString(fromUnixTimestamp64Micro(moments[1], 'UTC')) AS first_time,
    toString(fromUnixTimestamp64Micro(moments[-1], 'UTC')) AS last_time,
    arrayMap(stretch -> arrayMap(moment -> (moment - moments[1]) / 1000000, stretch),
      if(length(moments) <= 480, [moments],
        [arraySlice(moments, 1, 160), arraySlice(moments, intDiv(length(moments), 2) - 79, 160), arraySlice(moments, -160, 160)])) AS stretches,
    length(arrayDistinct(arrayMap(moment -> intDiv(moment, 3600000000), moments))) AS active_hours,
    middle(whole) AS whole_middle,
    middle(folded) AS folded_middle,
    middle(folded_wide) AS folded_wide_middle
  FROM (
    SELECT
      *,
      arrayMap(difference -> difference / 1000000, arrayPopFront(arrayDifference(moments))) AS pauses,
      beyond(pauses, 0) AS whole,
      beyond(pauses, 1) AS folded,
      beyond(pauses, 60) AS folded_wide
    FROM (
      -- As in pairs.sql: the moments are those of the sensor that saw most.
      SELECT
        source,
        name,
        argMin((seen.told, seen.moments, seen.places, seen.address_count, seen.protocols), (-length(seen.moments), -toInt64(seen.sent_known), sensor)) AS most,
        arrayStringConcat(arraySort(most.1), ', ') AS told_by,
        most.2 AS moments,
        most.3 AS places,
        most.4 AS address_count,
        most.5 AS protocols,
        argMin((seen.sent_known, seen.sent_quartiles, seen.sent_total), (-toInt64(seen.sent_known), sensor)) AS sizes,
        sizes.1 AS sent_known,
        sizes.2 AS sent_quartiles,
        sizes.3 AS sent_total,
        arraySlice(arraySort(groupUniqArrayArray(seen.user_agents)), 1, 5) AS user_agents,
        arraySlice(arraySort(groupUniqArrayArray(seen.devices)), 1, 5) AS devices,
        arraySlice(arraySort(groupUniqArrayArray(seen.users)), 1, 5) AS users,
        arraySlice(arraySort(groupUniqArrayArray(seen.processes)), 1, 5) AS processes
      FROM (
        SELECT
          assumeNotNull(source) AS source,
          assumeNotNull(name) AS name,
          sensor,
          groupUniqArray(told_by) AS told,
          arraySort(groupArray(toUnixTimestamp64Micro(time))) AS moments,
          sumMapIf([tuple(assumeNotNull(address), ifNull(port, 0))], [stands_for], address IS NOT NULL) AS by_place,
          arraySlice(arraySort(place -> (-place.2, place.1), arrayZip(by_place.1, by_place.2)), 1, 50) AS places,
          uniqExact(address) AS address_count,
          arraySort(groupUniqArray(protocol)) AS protocols,
          count(sent) AS sent_known,
          quantilesExactInclusive(0.25, 0.5, 0.75)(sent) AS sent_quartiles,
          sum(sent) AS sent_total,
          groupUniqArray(user_agent) AS user_agents,
          groupUniqArray(device) AS devices,
          groupUniqArray(user_name) AS users,
          groupUniqArray(process) AS processes
        FROM calls
        WHERE cityHash64(source, name) GLOBAL IN (SELECT channel FROM candidates)
        GROUP BY source, name, sensor
      ) AS seen
      GROUP BY source, name
      HAVING length(moments) >= {countThreshold:UInt32}
    )
  )
) AS found
GLOBAL LEFT JOIN estate ON estate.called = cityHash64(found.name)
-- Names of many hosts come last: in a large estate their agents would fill the list.
ORDER BY least(1, 20 * ifNull(estate.clients, 0) / greatest(estate_hosts, 20))
    + least(spread(whole, whole_middle), spread(folded, folded_middle), spread(folded_wide, folded_wide_middle)),
  found.connections DESC, found.source, found.name
LIMIT 2000
