-- How many people of the estate use each network, country, city, client and application when they sign in? Values of one person alone are only
-- counted: how often something new is new for everybody (Good and Turing's estimate of what was not seen yet).
WITH
  attempts AS (
    SELECT
      lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
        concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) AS person,
      assumeNotNull(src_endpoint_ip) AS ip, if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255') AS safe_ip,
      nullIf(src_endpoint_location_country, '') AS stated_country, ifNull(src_endpoint_location_city, '') AS city, src_endpoint_autonomous_system_number AS stated_network,
      trimBoth(replaceRegexpAll(concat(ifNull(device_os, ''), ' ', ifNull(http_request_user_agent, '')), '[0-9._]+', '')) AS client,
      ifNull(coalesce(service_name, dst_endpoint_hostname), '') AS app, ifNull(auth_protocol, '') AS protocol
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND src_endpoint_ip IS NOT NULL AND coalesce(user_email_addr, user_name) IS NOT NULL
      AND NOT match(ifNull(user_name, ''), '\\$(@|$)') AND ifNull(user_type, '') NOT IN ('Service Principal', 'Managed Identity')
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  addresses AS (
    SELECT safe_ip AS address, max(stated_network) AS said_network, max(stated_country) AS said_country FROM attempts GROUP BY address
    HAVING NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '255.255.255.255'), range), {internal:Array(String)})
  ),
  owned AS (
    SELECT addresses.address AS address, coalesce(addresses.said_country, nullIf(owners.owner_country, ''), '') AS country,
      if(coalesce(addresses.said_network, owners.owner_network, 0) > 0, concat('AS', toString(coalesce(addresses.said_network, owners.owner_network, 0))),
        if(isIPv4String(address), concat(arrayStringConcat(arraySlice(splitByChar('.', address), 1, 3), '.'), '.0/24'),
          concat(arrayStringConcat(arraySlice(splitByChar(':', address), 1, 3), ':'), '::/48'))) AS network
    FROM addresses GLOBAL LEFT JOIN (
      SELECT ip, max(location_country) AS owner_country, max(autonomous_system_number) AS owner_network FROM network_owner GROUP BY ip
    ) AS owners ON owners.ip = addresses.address
  ),
  features AS (
    SELECT DISTINCT assumeNotNull(attempts.person) AS person,
      arrayJoin([('person', ''), ('network', owned.network), ('country', coalesce(attempts.stated_country, owned.country)), ('city', attempts.city),
        ('client', attempts.client), ('application', attempts.app), ('protocol', attempts.protocol)]) AS feature
    FROM attempts GLOBAL INNER JOIN owned ON owned.address = attempts.safe_ip
  ),
  counts AS (SELECT feature.1 AS kind, feature.2 AS shared, uniqExact(person) AS sharers FROM features WHERE feature.2 != '' OR feature.1 = 'person' GROUP BY kind, shared)
SELECT kind, if(sharers = 1 AND kind != 'person', '', shared) AS value, sum(sharers) AS people
FROM counts
GROUP BY kind, value
ORDER BY people DESC, kind, value
LIMIT 50000
