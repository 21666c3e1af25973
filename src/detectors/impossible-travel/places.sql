-- How many people sign in from each country, and through each network in it? What is common in the estate is not strange for one person.
WITH
  attempts AS (
    SELECT
      lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
        concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) AS person,
      assumeNotNull(src_endpoint_ip) AS ip, nullIf(src_endpoint_location_country, '') AS stated_country,
      src_endpoint_autonomous_system_number AS stated_network
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND src_endpoint_ip IS NOT NULL AND coalesce(user_email_addr, user_name) IS NOT NULL
      AND NOT match(ifNull(user_name, ''), '\\$(@|$)') AND ifNull(is_interactive, true)
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  -- One row for each person and address.
  presences AS (
    SELECT assumeNotNull(person) AS person, ip, max(stated_country) AS said_country, max(stated_network) AS said_network
    FROM attempts GROUP BY person, ip
  ),
  placed AS (
    SELECT presences.person AS person, ifNull(coalesce(presences.said_country, nullIf(owners.owner_country, '')), '') AS country,
      ifNull(coalesce(presences.said_network, owners.owner_network), 0) AS network
    FROM presences GLOBAL LEFT JOIN (
      SELECT ip, max(location_country) AS owner_country, max(autonomous_system_number) AS owner_network FROM network_owner GROUP BY ip
    ) AS owners ON owners.ip = presences.ip
    WHERE NOT arrayExists(range -> isIPAddressInRange(if(isIPv4String(presences.ip) OR isIPv6String(presences.ip), presences.ip, '255.255.255.255'), range), {internal:Array(String)})
  )
-- The estate as a whole has no place; a country as a whole has no network.
SELECT if(grouping(country) = 1, NULL, toNullable(country)) AS place, if(grouping(network) = 1, NULL, toNullable(network)) AS through, uniqExact(person) AS people
FROM placed
GROUP BY GROUPING SETS ((), (country), (country, network))
ORDER BY place, through, people
LIMIT 100000
