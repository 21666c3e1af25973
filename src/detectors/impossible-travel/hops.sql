-- Which people signed in successfully from two places farther apart than anyone can travel in the time between? (ATT&CK T1078)
-- Places with coordinates are compared by speed, places known by country alone by a change of country within {countryMinutes:UInt32} minutes.
WITH
  attempts AS (
    SELECT
      lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
        concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) AS person,
      time, metadata_uid, status, assumeNotNull(src_endpoint_ip) AS ip, nullIf(src_endpoint_location_country, '') AS stated_country,
      src_endpoint_location_city AS city, src_endpoint_location_latitude AS latitude, src_endpoint_location_longitude AS longitude,
      src_endpoint_autonomous_system_number AS stated_network, device_is_managed, is_mfa, coalesce(service_name, dst_endpoint_hostname, device_hostname) AS application
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND src_endpoint_ip IS NOT NULL AND coalesce(user_email_addr, user_name) IS NOT NULL
      AND NOT match(ifNull(user_name, ''), '\\$(@|$)') AND ifNull(is_interactive, true)
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  -- How many people an address serves, and how many names only fail from it.
  addresses AS (
    SELECT ip, countIf(has_success) AS people, countIf(NOT has_success) AS refused_names FROM (
      SELECT ip, person, max(status = 'Success') AS has_success FROM attempts GROUP BY ip, person
    ) GROUP BY ip
  ),
  owned AS (
    SELECT addresses.ip AS ip, addresses.people AS people, addresses.refused_names AS refused_names, owners.owner_country AS owner_country,
      owners.owner_network AS owner_network, owners.owner_name AS owner_name
    FROM addresses GLOBAL LEFT JOIN (
      SELECT ip, max(location_country) AS owner_country, max(autonomous_system_number) AS owner_network, max(autonomous_system_name) AS owner_name
      FROM network_owner GROUP BY ip
    ) AS owners ON owners.ip = addresses.ip
    WHERE addresses.people > 0
      AND NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(addresses.ip) OR isIPv6String(addresses.ip), addresses.ip, '255.255.255.255'), range), {internal:Array(String)})
  ),
  placed AS (
    SELECT assumeNotNull(attempts.person) AS person, attempts.time AS time, attempts.metadata_uid AS metadata_uid, attempts.ip AS ip,
      coalesce(attempts.stated_country, nullIf(owned.owner_country, '')) AS country, attempts.city AS city, attempts.latitude AS latitude, attempts.longitude AS longitude,
      coalesce(attempts.stated_network, owned.owner_network) AS network, owned.owner_name AS network_name, owned.people AS people, owned.refused_names AS refused_names,
      attempts.device_is_managed AS device_is_managed, attempts.is_mfa AS is_mfa, attempts.application AS application
    FROM attempts GLOBAL INNER JOIN owned ON owned.ip = attempts.ip
    WHERE attempts.status = 'Success'
  ),
  -- Only people who were seen at two places can have moved.
  movers AS (
    SELECT person FROM placed GROUP BY person
    HAVING uniqExact(ip) > 1 AND (uniqExact(country) > 1 OR max(latitude) - min(latitude) > 4 OR max(longitude) - min(longitude) > 4)
  ),
  journeys AS (
    SELECT person,
      arraySort(groupArray((time, metadata_uid, ip, country, city, latitude, longitude, network, network_name, people, device_is_managed, is_mfa, application, refused_names))) AS stops
    FROM placed WHERE person GLOBAL IN (SELECT person FROM movers) GROUP BY person
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
  -- The hops to the least shared addresses, then the fastest: the score tells which of them is hardest to explain.
  arraySlice(arrayMap(pair -> pair.2, arraySort(groupArray((
    (least(origin.10, target.10), -round(ifNull(speed, 0), 3), target.1, target.2),
    (toString(origin.1), origin.2, origin.3, origin.4, origin.5, origin.8, origin.9, origin.10, origin.14,
      toString(target.1), target.2, target.3, target.4, target.5, target.8, target.9, target.10, target.14,
      target.11, target.12, target.13, hours, kilometres))))), 1, 20) AS some_hops,
  -- Every row of a person holds the same stops.
  arraySlice(arraySort(arrayDistinct(arrayMap(stop -> (ifNull(stop.4, ''), stop.3, toString(toDate(stop.1))), max(stops)))), 1, 3000) AS places,
  toString(min(origin.1)) AS first_time,
  toString(max(target.1)) AS last_time,
  arraySlice(arraySort(groupUniqArrayArray([origin.2, target.2])), 1, 50) AS event_uids
FROM impossible
GROUP BY person
ORDER BY hop_count DESC, person
LIMIT 5000
