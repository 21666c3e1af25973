-- What is known of the addresses outside that something notable was sent to: who else sends there, since when, by which names and certificates?
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (name -> replaceRegexpOne(lower(trimRight(trimBoth(name), '.')), ':[0-9]+$', '')) AS plain,
  notable AS (
    SELECT address FROM (
      SELECT assumeNotNull(met) AS address FROM (
        SELECT min(called) AS met FROM (
          SELECT dst_endpoint_ip AS called, coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, traffic_bytes_out, dst_endpoint_port, app_name
          FROM network_activity
          WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
        )
        GROUP BY cityHash64(source, called)
        HAVING sum(traffic_bytes_out) >= {smallByteThreshold:UInt64}
          OR countIf(dst_endpoint_port IN (21, 25, 465, 587, 2525) OR app_name IN ('ftp', 'smtp')) > 0
        UNION DISTINCT
        SELECT dst_endpoint_ip FROM http_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
          AND upper(ifNull(http_request_http_method, '')) IN ('PUT', 'PATCH', 'POST', 'MKCOL')
      )
    )
    WHERE NOT is_inside(address)
  )
SELECT
  met.address AS address,
  met.clients AS clients,
  met.first_seen AS first_seen,
  called.names AS names,
  handshakes.handshakes AS handshakes,
  handshakes.self_signed AS self_signed,
  owners.number AS owner_number,
  owners.name AS owner_name,
  owners.country AS owner_country
FROM (
  SELECT address, uniqExact(source) AS clients, toString(min(time)) AS first_seen FROM (
    SELECT assumeNotNull(dst_endpoint_ip) AS address, coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip GLOBAL IN (SELECT address FROM notable)
    UNION ALL
    SELECT assumeNotNull(dst_endpoint_ip), src_endpoint_ip, time FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip GLOBAL IN (SELECT address FROM notable)
  )
  GROUP BY address
) AS met
GLOBAL LEFT JOIN (
  SELECT address, arraySlice(arraySort(groupUniqArray(name)), 1, 20) AS names FROM (
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
  WHERE address GLOBAL IN (SELECT address FROM notable) AND position(name, '.') > 0 AND NOT is_address(name)
  GROUP BY address
) AS called ON called.address = met.address
GLOBAL LEFT JOIN (
  SELECT assumeNotNull(dst_endpoint_ip) AS address, count() AS handshakes,
    countIf(tls_status LIKE '%self signed%' OR tls_status LIKE '%self-signed%' OR tls_certificate_subject = tls_certificate_issuer) AS self_signed
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip GLOBAL IN (SELECT address FROM notable) AND (activity_name = 'TLS Handshake' OR tls_sni IS NOT NULL OR tls_version IS NOT NULL)
  GROUP BY address
) AS handshakes ON handshakes.address = met.address
GLOBAL LEFT JOIN (
  SELECT ip, min(autonomous_system_number) AS number, min(autonomous_system_name) AS name, min(location_country) AS country
  FROM network_owner GROUP BY ip
) AS owners ON owners.ip = met.address
ORDER BY met.clients, met.address
LIMIT 20000
