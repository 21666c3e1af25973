-- What is known of the addresses outside that some host calls often: who else calls them, since when, by which names, with which certificates?
-- Names of neighbours in the same /24 tell whose network a nameless address lies in.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (address -> if(isIPv4String(address), arrayStringConcat(arraySlice(splitByChar('.', address), 1, 3), '.'), address)) AS block,
  -- One row for each address and way it was met: as an end of connections, as a host of requests, in the answers of the name service.
  met AS (
    SELECT assumeNotNull(dst_endpoint_ip) AS address,
      uniqExactState(cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname))) AS clients,
      min(time) AS first_seen,
      groupUniqArray(coalesce(tls_sni, dst_endpoint_hostname)) AS names,
      countIf(activity_name = 'TLS Handshake' OR tls_sni IS NOT NULL OR tls_version IS NOT NULL) AS handshakes,
      countIf((activity_name = 'TLS Handshake' OR tls_version IS NOT NULL) AND (tls_sni IS NULL OR is_address(assumeNotNull(tls_sni)))) AS without_name,
      countIf(tls_status = 'ok') AS validated,
      countIf(tls_status LIKE '%self signed%' OR tls_status LIKE '%self-signed%' OR tls_certificate_subject = tls_certificate_issuer) AS self_signed,
      toUInt64(0) AS by_address
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
    GROUP BY address
    UNION ALL
    SELECT assumeNotNull(dst_endpoint_ip) AS address, uniqExactState(cityHash64(src_endpoint_ip)), min(time),
      groupUniqArray(replaceRegexpOne(http_request_url_hostname, ':[0-9]+$', '')), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0),
      countIf(is_address(replaceRegexpOne(assumeNotNull(http_request_url_hostname), ':[0-9]+$', '')))
    FROM http_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND dst_endpoint_ip IS NOT NULL AND http_request_url_hostname IS NOT NULL
    GROUP BY address
    UNION ALL
    SELECT arrayJoin(answers) AS address, uniqExactState(CAST(NULL, 'Nullable(UInt64)')), toDateTime64('2299-01-01 00:00:00', 6, 'UTC'),
      groupUniqArray(query_hostname), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0)
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND query_hostname IS NOT NULL AND notEmpty(answers)
    GROUP BY address
    HAVING is_address(address)
  )
SELECT
  known.address AS address,
  known.clients AS clients,
  known.first_seen AS first_seen,
  known.names AS names,
  known.handshakes AS handshakes,
  known.without_name AS handshakes_without_name,
  known.validated AS validated,
  known.self_signed AS self_signed,
  known.by_address AS requests_by_address,
  around.neighbours AS neighbours,
  owners.number AS owner_number,
  owners.name AS owner_name,
  owners.country AS owner_country
FROM (
  SELECT address, uniqExactMerge(clients) AS clients, toString(min(first_seen)) AS first_seen,
    arraySlice(arraySort(arrayFilter(name -> position(name, '.') > 0 AND NOT is_address(name), arrayDistinct(arrayFlatten(groupArray(names))))), 1, 20) AS names,
    sum(handshakes) AS handshakes, sum(without_name) AS without_name, sum(validated) AS validated, sum(self_signed) AS self_signed,
    sum(by_address) AS by_address
  FROM met
  WHERE address GLOBAL IN (
    SELECT assumeNotNull(called) FROM (
      SELECT min(dst_endpoint_ip) AS called, min(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
      GROUP BY cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), dst_endpoint_ip)
      HAVING count() >= {countThreshold:UInt32}
    )
    WHERE NOT is_inside(assumeNotNull(called)) AND (is_inside(assumeNotNull(source)) OR NOT is_address(assumeNotNull(source)))
  )
  GROUP BY address
) AS known
GLOBAL LEFT JOIN (
  SELECT block, arraySlice(arraySort(entry -> (-entry.2, entry.1), groupArray((domain, addresses))), 1, 5) AS neighbours FROM (
    SELECT block(address) AS block, cutToFirstSignificantSubdomain(name) AS domain, uniqExact(address) AS addresses
    FROM met ARRAY JOIN names AS name
    WHERE position(name, '.') > 0 AND NOT is_address(name) AND isIPv4String(address)
    GROUP BY block, domain
  )
  GROUP BY block
) AS around ON around.block = block(known.address)
GLOBAL LEFT JOIN (
  SELECT ip, min(autonomous_system_number) AS number, min(autonomous_system_name) AS name, min(location_country) AS country
  FROM network_owner GROUP BY ip
) AS owners ON owners.ip = known.address
ORDER BY known.clients, known.address
LIMIT 20000
