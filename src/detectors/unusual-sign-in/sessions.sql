-- Which session was used from two networks by two different programs? A session belongs to the browser it was issued to (token theft by a
-- proxy in the middle: ATT&CK T1539, T1550.004; Evilginx and its kin). Sign-ins and what was done in the cloud both name the session.
WITH
  uses AS (
    SELECT lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS person, assumeNotNull(session_uid) AS session, time, metadata_uid, 'sign-in' AS what,
      if(isIPv4String(ifNull(src_endpoint_ip, '')) OR isIPv6String(ifNull(src_endpoint_ip, '')), assumeNotNull(src_endpoint_ip), '255.255.255.255') AS ip,
      trimBoth(replaceRegexpAll(concat(ifNull(device_os, ''), ' ', ifNull(http_request_user_agent, '')), '[0-9._]+', '')) AS client,
      ifNull(http_request_user_agent, '') AS agent, ifNull(service_name, '') AS app
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND ifNull(session_uid, '') != '' AND src_endpoint_ip IS NOT NULL AND status = 'Success' AND position(coalesce(user_email_addr, user_name, ''), '@') > 0
    UNION ALL
    SELECT lower(actor_user_name), assumeNotNull(actor_session_uid), time, metadata_uid, 'operation',
      if(isIPv4String(ifNull(src_endpoint_ip, '')) OR isIPv6String(ifNull(src_endpoint_ip, '')), assumeNotNull(src_endpoint_ip), '255.255.255.255'),
      '', ifNull(http_request_user_agent, ''), ifNull(api_operation, '')
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND ifNull(actor_session_uid, '') != '' AND src_endpoint_ip IS NOT NULL AND position(ifNull(actor_user_name, ''), '@') > 0
  ),
  stated AS (
    SELECT src_endpoint_ip AS ip, max(src_endpoint_autonomous_system_number) AS number, max(src_endpoint_location_country) AS country FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL GROUP BY ip
  ),
  owners AS (SELECT ip, max(location_country) AS country, max(autonomous_system_number) AS number FROM network_owner GROUP BY ip),
  addresses AS (
    SELECT uses.ip AS address, uniqExact(uses.person) AS address_people, max(stated.number) AS said_number, max(stated.country) AS said_country,
      max(owners.number) AS owner_number, max(owners.country) AS owner_country
    FROM uses GLOBAL LEFT JOIN stated ON stated.ip = uses.ip GLOBAL LEFT JOIN owners ON owners.ip = uses.ip
    GROUP BY address
    -- Asked again what is an address: the engine may look at what an address was joined with first.
    HAVING NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '255.255.255.255'), range), {internal:Array(String)})
  ),
  placed AS (
    SELECT assumeNotNull(uses.person) AS person, uses.session AS session, uses.ip AS ip, uses.client AS client, uses.agent AS agent,
      coalesce(addresses.said_country, addresses.owner_country, '') AS country, addresses.address_people AS address_people,
      if(coalesce(addresses.said_number, addresses.owner_number, 0) > 0, concat('AS', toString(coalesce(addresses.said_number, addresses.owner_number, 0))),
        if(isIPv4String(ip), concat(arrayStringConcat(arraySlice(splitByChar('.', ip), 1, 3), '.'), '.0/24'),
          concat(arrayStringConcat(arraySlice(splitByChar(':', ip), 1, 3), ':'), '::/48'))) AS network,
      uses.time AS time, uses.metadata_uid AS metadata_uid, uses.what AS what, uses.app AS app
    FROM uses GLOBAL INNER JOIN addresses ON addresses.address = uses.ip
  ),
  held AS (
    SELECT person, session, network, country, client,
      min(time) AS first_time, max(time) AS last_time, count() AS use_count, max(agent) AS some_agent, min(address_people) AS least_people, min(ip) AS some_ip,
      arraySlice(arraySort(groupUniqArray(app)), 1, 8) AS apps, arraySlice(arrayMap(event -> event.2, arraySort(groupArray((time, metadata_uid)))), 1, 15) AS uids
    FROM placed GROUP BY person, session, network, country, client
  )
SELECT person, session,
  arraySlice(arraySort(groupArray((toString(first_time), toString(last_time), network, country, client, some_agent, some_ip, least_people, use_count, apps, uids))), 1, 12) AS holders
FROM held
GROUP BY person, session
HAVING uniqExact(network) > 1
ORDER BY person, session
LIMIT 3000
