-- Of the addresses that a host was given for names below a domain, how many did it call? Names that carry data are not looked up to be called.
WITH answered AS (
  SELECT DISTINCT coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, cutToFirstSignificantSubdomain(query_hostname) AS domain,
    arrayJoin(answers) AS address
  FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND query_hostname IS NOT NULL AND notEmpty(answers) AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
    AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), cutToFirstSignificantSubdomain(query_hostname)) GLOBAL IN (
      SELECT cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), cutToFirstSignificantSubdomain(query_hostname)) AS pair
      FROM dns_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
      GROUP BY pair
      HAVING uniqExact(cityHash64(query_hostname)) >= {nameThreshold:UInt32}
    )
)
SELECT assumeNotNull(answered.source) AS source, answered.domain AS domain, count() AS addresses, countIf(calls.called = 1) AS called
FROM answered
GLOBAL LEFT JOIN (
  SELECT DISTINCT coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, dst_endpoint_ip AS address, 1 AS called
  FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND dst_endpoint_ip IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
) AS calls ON calls.source = answered.source AND calls.address = answered.address
WHERE isIPv4String(answered.address) OR isIPv6String(answered.address)
GROUP BY source, domain
ORDER BY source, domain
LIMIT 20000
