-- How many different names of one registered domain does the estate call, and from how many hosts? A product calls many names of its maker, a channel one or two.
SELECT domain, uniqExact(name) AS names, uniqExact(source) AS clients
FROM (
  SELECT coalesce(tls_sni, dst_endpoint_hostname) AS name, cutToFirstSignificantSubdomain(name) AS domain, coalesce(src_endpoint_ip, device_ip, device_hostname) AS source FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND coalesce(tls_sni, dst_endpoint_hostname) IS NOT NULL
  UNION ALL
  SELECT replaceRegexpOne(http_request_url_hostname, ':[0-9]+$', '') AS name, cutToFirstSignificantSubdomain(name) AS domain, src_endpoint_ip AS source FROM http_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND http_request_url_hostname IS NOT NULL
)
WHERE domain != ''
GROUP BY domain
HAVING names >= 2
ORDER BY names DESC, domain
LIMIT 20000
