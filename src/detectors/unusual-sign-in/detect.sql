-- From which networks did each person sign in, with which client, device and applications, and how many people share each of these?
-- (Features of sign-ins and their backing-off: Freeman et al., "Who are you?", NDSS 2016; Wiefling et al., ACM TOPS 2022.) One row a person with
-- at least two networks; `places` has one entry for each network, country, city, client and device. A network whose number nobody knows is
-- its /24 (IPv4) or /48. Hours, not events, are counted: a program that renews a token every minute is no better known for it.
WITH
  attempts AS (
    SELECT
      lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
        concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) AS person,
      time, metadata_uid, status, assumeNotNull(src_endpoint_ip) AS ip,
      if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255') AS safe_ip,
      nullIf(src_endpoint_location_country, '') AS stated_country, ifNull(src_endpoint_location_city, '') AS city, src_endpoint_autonomous_system_number AS stated_network,
      -- Versions come and go; what is left without digits names the program and the system.
      trimBoth(replaceRegexpAll(concat(ifNull(device_os, ''), ' ', ifNull(http_request_user_agent, '')), '[0-9._]+', '')) AS client,
      lower(coalesce(nullIf(device_uid, ''), if(position(ifNull(metadata_event_code, ''), 'User') > 0, nullIf(device_hostname, ''), NULL), '')) AS device,
      ifNull(device_is_managed, false) AS managed, is_mfa, ifNull(auth_protocol, '') AS protocol,
      ifNull(coalesce(service_name, dst_endpoint_hostname), '') AS app,
      transform(lower(ifNull(risk_level, '')), ['low', 'medium', 'high'], [1, 2, 3], 0) AS risk
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND src_endpoint_ip IS NOT NULL AND coalesce(user_email_addr, user_name) IS NOT NULL
      AND NOT match(ifNull(user_name, ''), '\\$(@|$)') AND ifNull(user_type, '') NOT IN ('Service Principal', 'Managed Identity')
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  addresses AS (
    SELECT safe_ip AS address, max(stated_network) AS said_network, max(stated_country) AS said_country, uniqExactIf(person, status = 'Success') AS address_people,
      uniqExact(person) - address_people AS refused_names
    FROM attempts GROUP BY address
    HAVING address_people > 0 AND NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '255.255.255.255'), range), {internal:Array(String)})
  ),
  owned AS (
    SELECT addresses.address AS address, addresses.address_people AS address_people, addresses.refused_names AS refused_names,
      coalesce(addresses.said_country, nullIf(owners.owner_country, ''), '') AS country, ifNull(owners.owner_name, '') AS owner_name,
      if(coalesce(addresses.said_network, owners.owner_network, 0) > 0, concat('AS', toString(coalesce(addresses.said_network, owners.owner_network, 0))),
        if(isIPv4String(address), concat(arrayStringConcat(arraySlice(splitByChar('.', address), 1, 3), '.'), '.0/24'),
          concat(arrayStringConcat(arraySlice(splitByChar(':', address), 1, 3), ':'), '::/48'))) AS network
    FROM addresses GLOBAL LEFT JOIN (
      SELECT ip, max(location_country) AS owner_country, max(autonomous_system_number) AS owner_network, max(autonomous_system_name) AS owner_name
      FROM network_owner GROUP BY ip
    ) AS owners ON owners.ip = addresses.address
  ),
  placed AS (
    SELECT assumeNotNull(attempts.person) AS person, attempts.time AS time, attempts.metadata_uid AS metadata_uid, attempts.safe_ip AS ip, owned.network AS network,
      coalesce(attempts.stated_country, owned.country) AS country, attempts.city AS city, attempts.client AS client, attempts.device AS device, attempts.managed AS managed,
      attempts.is_mfa AS is_mfa, attempts.protocol AS protocol, attempts.app AS app, attempts.risk AS risk,
      owned.owner_name AS owner_name, owned.address_people AS address_people, owned.refused_names AS refused_names
    FROM attempts GLOBAL INNER JOIN owned ON owned.address = attempts.safe_ip
    WHERE attempts.status = 'Success'
  ),
  estate AS (SELECT uniqExact(person) AS people FROM placed),
  networks AS (SELECT network, uniqExact(person) AS network_people FROM placed GROUP BY network),
  -- Strangers to each other: only a network of few can be strange for somebody, and only who uses another one can have left it.
  suspects AS (
    SELECT person FROM placed GLOBAL INNER JOIN networks USING (network) GROUP BY person
    HAVING uniqExact(network) > 1 AND min(network_people) <= greatest(3, (SELECT people FROM estate) * {mostShare:Float64})
    ORDER BY min(network_people), person LIMIT 3000
  ),
  groups AS (
    SELECT person, network, country, city, client, device,
      max(managed) AS is_managed, count() AS events, arraySort(groupUniqArray(toUnixTimestamp(toStartOfHour(time)))) AS hour_starts,
      min(time) AS first_time, max(time) AS last_time, max(owner_name) AS network_name,
      arraySlice(arraySort(groupUniqArray(ip)), 1, 10) AS ips, min(address_people) AS least_people, max(refused_names) AS most_refused,
      countIf(is_mfa = true) AS with_mfa, countIf(is_mfa = false) AS without_mfa, max(risk) AS most_risk,
      arraySlice(arraySort(groupUniqArrayIf(protocol, protocol != '')), 1, 5) AS protocols,
      arraySlice(arraySort(groupUniqArrayIf(app, app != '')), 1, 20) AS apps,
      arraySlice(arrayMap(event -> event.2, arraySort(groupArray((time, metadata_uid)))), 1, 40) AS uids
    FROM placed WHERE person GLOBAL IN (SELECT person FROM suspects)
    GROUP BY person, network, country, city, client, device
  )
SELECT person,
  arraySlice(arraySort(groupArray((toString(first_time), toString(last_time), network, network_name, country, city, client, device, is_managed, events,
    arraySlice(hour_starts, 1, 400), ips, least_people, most_refused, with_mfa, without_mfa, most_risk, protocols, apps, uids))), 1, 60) AS places
FROM groups
GROUP BY person
ORDER BY person
LIMIT 3000
