-- Which hosts ask for many registered domains that do not exist? Malware that makes up its meeting places asks for hundreds before
-- one answers (Antonakakis et al. 2012, "From Throw-Away Traffic to Bots").
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside
SELECT
  found.source AS source,
  is_address(found.source) AS source_is_address,
  found.domains AS domains,
  found.lookups AS lookups,
  toString(found.first_time) AS first_time,
  toString(found.last_time) AS last_time,
  found.busiest_hour AS busiest_hour,
  found.sample AS sample,
  found.resolvers AS resolvers,
  found.devices AS devices,
  found.processes AS processes,
  asked.domains AS domains_asked
FROM (
  SELECT
    source,
    count() AS domains,
    sum(domain_lookups) AS lookups,
    min(domain_first) AS first_time,
    max(domain_last) AS last_time,
    arrayMax(sumMap([toStartOfHour(domain_first)], [toUInt64(1)]).2) AS busiest_hour,
    arrayMap(entry -> entry.2, arraySlice(arraySort(groupArray((cityHash64(domain), substring(domain, 1, 255)))), 1, 200)) AS sample,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(domain_resolvers)))), 1, 5) AS resolvers,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(domain_devices)))), 1, 3) AS devices,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(domain_processes)))), 1, 3) AS processes
  FROM (
    SELECT
      assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
      cutToFirstSignificantSubdomain(query_hostname) AS domain,
      count() AS domain_lookups,
      min(time) AS domain_first,
      max(time) AS domain_last,
      groupUniqArray(dst_endpoint_ip) AS domain_resolvers,
      groupUniqArray(device_hostname) AS domain_devices,
      groupUniqArray(actor_process_name) AS domain_processes
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND rcode = 'NXDOMAIN' AND query_hostname IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      AND ifNull(dst_endpoint_port, 53) NOT IN (137, 5353, 5355)
    GROUP BY source, domain
    HAVING domain != ''
  )
  GROUP BY source
  HAVING domains >= {missingThreshold:UInt32}
) AS found
GLOBAL LEFT JOIN (
  SELECT coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, uniqExact(cutToFirstSignificantSubdomain(query_hostname)) AS domains
  FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
  GROUP BY source
) AS asked ON asked.source = found.source
WHERE is_inside(found.source) OR NOT is_address(found.source)
ORDER BY found.domains DESC, found.source
LIMIT 1000
