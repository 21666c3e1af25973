-- Which people signed in successfully from two places farther apart than anyone can travel in the time between? (ATT&CK T1078; cf. Entra ID "atypical travel")
-- Places with coordinates are compared by speed, places known by country alone by a change of country within {countryMinutes:UInt32} minutes.
WITH
  sign_ins AS (
    SELECT assumeNotNull(coalesce(user_email_addr, user_name)) AS person, time, metadata_uid, assumeNotNull(src_endpoint_ip) AS ip,
      nullIf(src_endpoint_location_country, '') AS stated_country, src_endpoint_location_city AS city, src_endpoint_location_latitude AS latitude,
      src_endpoint_location_longitude AS longitude, src_endpoint_autonomous_system_number AS stated_network, device_is_managed, is_mfa,
      coalesce(service_name, dst_endpoint_hostname, device_hostname) AS application
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND src_endpoint_ip IS NOT NULL AND coalesce(user_email_addr, user_name) IS NOT NULL AND NOT endsWith(ifNull(user_name, ''), '$')
      AND ifNull(is_interactive, true)
  ),
  addresses AS (
    SELECT sign_ins.ip AS ip, uniqExact(person) AS people, max(network_owner.location_country) AS owner_country, max(network_owner.autonomous_system_number) AS owner_network,
      max(network_owner.autonomous_system_name) AS owner_name
    FROM sign_ins GLOBAL LEFT JOIN network_owner ON network_owner.ip = sign_ins.ip
    GROUP BY ip
  ),
  placed AS (
    SELECT sign_ins.person AS person, sign_ins.time AS time, sign_ins.metadata_uid AS metadata_uid, sign_ins.ip AS ip,
      coalesce(sign_ins.stated_country, nullIf(addresses.owner_country, '')) AS country, sign_ins.city AS city, sign_ins.latitude AS latitude, sign_ins.longitude AS longitude,
      coalesce(sign_ins.stated_network, addresses.owner_network) AS network, addresses.owner_name AS network_name, addresses.people AS people,
      sign_ins.device_is_managed AS device_is_managed, sign_ins.is_mfa AS is_mfa, sign_ins.application AS application
    FROM sign_ins GLOBAL INNER JOIN addresses ON addresses.ip = sign_ins.ip
    WHERE NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(sign_ins.ip) OR isIPv6String(sign_ins.ip), sign_ins.ip, '255.255.255.255'), range), {internal:Array(String)})
  ),
  journeys AS (
    SELECT person,
      arraySort(groupArray((time, metadata_uid, ip, country, city, latitude, longitude, network, network_name, people, device_is_managed, is_mfa, application))) AS stops
    FROM placed GROUP BY person HAVING uniqExact(ip) > 1
  ),
  hops AS (
    SELECT person, stops, hop.1 AS origin, hop.2 AS target,
      dateDiff('microsecond', origin.1, target.1) / 3600000000 AS hours,
      if(origin.6 IS NOT NULL AND origin.7 IS NOT NULL AND target.6 IS NOT NULL AND target.7 IS NOT NULL,
        greatCircleDistance(assumeNotNull(origin.7), assumeNotNull(origin.6), assumeNotNull(target.7), assumeNotNull(target.6)) / 1000, NULL) AS kilometres
    FROM journeys
    ARRAY JOIN arrayZip(arrayPopBack(stops), arrayPopFront(stops)) AS hop
    WHERE origin.3 != target.3
  ),
  impossible AS (
    SELECT *, kilometres / greatest(hours, 1 / 60) AS speed FROM hops
    WHERE (kilometres >= {leastKilometres:Float64} AND kilometres / greatest(hours, 1 / 60) > {mostKilometresPerHour:Float64})
      OR (kilometres IS NULL AND origin.4 IS NOT NULL AND target.4 IS NOT NULL AND origin.4 != target.4 AND hours * 60 <= {countryMinutes:UInt32})
  )
SELECT person,
  count() AS hop_count,
  uniqExact(toDate(target.1)) AS hop_days,
  argMax((toString(origin.1), origin.2, origin.3, origin.4, origin.5, origin.8, origin.9, origin.10, toString(target.1), target.2, target.3, target.4, target.5, target.8,
    target.9, target.10, target.11, target.12, target.13, hours, kilometres),
    (round(ifNull(speed, 0), 3), -target.10, target.1, target.2)) AS hop,
  -- Every row of a person holds the same stops.
  arraySlice(arraySort(arrayDistinct(arrayMap(stop -> (ifNull(stop.4, ''), stop.3, toString(toDate(stop.1))), max(stops)))), 1, 3000) AS places,
  toString(min(origin.1)) AS first_time,
  toString(max(target.1)) AS last_time,
  arraySlice(arraySort(groupUniqArrayArray([origin.2, target.2])), 1, 50) AS event_uids
FROM impossible
GROUP BY person
ORDER BY hop_count DESC, person
LIMIT 5000
