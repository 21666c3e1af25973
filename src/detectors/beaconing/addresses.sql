-- What is known of the addresses outside that some host calls often: who else calls them, since when, by which names, with which certificates?
-- Names of neighbours in the same /24 tell whose network a nameless address lies in.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (name -> replaceRegexpOne(lower(trimRight(trimBoth(name), '.')), ':[0-9]+$', '')) AS plain,
  (address -> if(isIPv4String(address), arrayStringConcat(arraySlice(splitByChar('.', address), 1, 3), '.'), address)) AS block,
  often_called AS (
    SELECT DISTINCT address FROM (
      SELECT min(dst_endpoint_ip) AS address, min(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
      GROUP BY cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip)
      HAVING count() >= {countThreshold:UInt32}
    )
    WHERE NOT is_inside(assumeNotNull(address)) AND (is_inside(assumeNotNull(source)) OR NOT is_address(assumeNotNull(source)))
  ),
  named AS (
    SELECT assumeNotNull(dst_endpoint_ip) AS address, plain(coalesce(tls_sni, dst_endpoint_hostname)) AS name FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_ip IS NOT NULL AND coalesce(tls_sni, dst_endpoint_hostname) IS NOT NULL
    UNION ALL
    SELECT assumeNotNull(dst_endpoint_ip), plain(http_request_url_hostname) FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_ip IS NOT NULL AND http_request_url_hostname IS NOT NULL
    UNION ALL
    SELECT arrayJoin(answers) AS address, plain(query_hostname) FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND query_hostname IS NOT NULL AND notEmpty(answers)
  )
SELECT
  met.address AS address,
  met.clients AS clients,
  met.first_seen AS first_seen,
  called.names AS names,
  handshakes.handshakes AS handshakes,
  handshakes.without_name AS handshakes_without_name,
  handshakes.validated AS validated,
  handshakes.self_signed AS self_signed,
  hosts.by_address AS requests_by_address,
  around.neighbours AS neighbours,
  owners.number AS owner_number,
  owners.name AS owner_name,
  owners.country AS owner_country
FROM (
  SELECT assumeNotNull(dst_endpoint_ip) AS address, uniqExact(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS clients,
    toString(min(time)) AS first_seen
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip GLOBAL IN (SELECT address FROM often_called)
  GROUP BY address
) AS met
GLOBAL LEFT JOIN (
  SELECT address, arraySlice(arraySort(groupUniqArray(name)), 1, 20) AS names FROM named
  WHERE address GLOBAL IN (SELECT address FROM often_called) AND position(name, '.') > 0 AND NOT is_address(name)
  GROUP BY address
) AS called ON called.address = met.address
GLOBAL LEFT JOIN (
  SELECT assumeNotNull(dst_endpoint_ip) AS address, count() AS handshakes, countIf(tls_sni IS NULL OR is_address(assumeNotNull(tls_sni))) AS without_name,
    countIf(tls_status = 'ok') AS validated,
    countIf(tls_status LIKE '%self signed%' OR tls_status LIKE '%self-signed%' OR tls_certificate_subject = tls_certificate_issuer) AS self_signed
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip GLOBAL IN (SELECT address FROM often_called)
    AND (activity_name = 'TLS Handshake' OR tls_sni IS NOT NULL OR tls_version IS NOT NULL)
  GROUP BY address
) AS handshakes ON handshakes.address = met.address
GLOBAL LEFT JOIN (
  SELECT assumeNotNull(dst_endpoint_ip) AS address, countIf(is_address(plain(assumeNotNull(http_request_url_hostname)))) AS by_address
  FROM http_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip GLOBAL IN (SELECT address FROM often_called) AND http_request_url_hostname IS NOT NULL
  GROUP BY address
) AS hosts ON hosts.address = met.address
GLOBAL LEFT JOIN (
  SELECT block, arraySlice(arraySort(pair -> (-pair.2, pair.1), groupArray((domain, addresses))), 1, 5) AS neighbours FROM (
    SELECT block(address) AS block, cutToFirstSignificantSubdomain(name) AS domain, uniqExact(address) AS addresses FROM named
    WHERE position(name, '.') > 0 AND NOT is_address(name) AND is_address(address)
      AND block(address) GLOBAL IN (SELECT block(assumeNotNull(address)) FROM often_called)
    GROUP BY block, domain
  )
  GROUP BY block
) AS around ON around.block = block(met.address)
GLOBAL LEFT JOIN (
  SELECT ip, min(autonomous_system_number) AS number, min(autonomous_system_name) AS name, min(location_country) AS country
  FROM network_owner GROUP BY ip
) AS owners ON owners.ip = met.address
ORDER BY met.clients, met.address
LIMIT 20000
