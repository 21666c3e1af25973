-- Which hosts asked a service outside what their own address is? Programs that carry data off ask first where they run; so do some others.
SELECT source, arraySlice(arraySort(groupUniqArray(toString(toStartOfMinute(seen_time)))), 1, 200) AS minutes, arraySlice(arraySort(groupUniqArray(name)), 1, 3) AS names
FROM (
  SELECT src_endpoint_ip AS source, time AS seen_time, replaceRegexpOne(lower(assumeNotNull(http_request_url_hostname)), ':[0-9]+$', '') AS name FROM http_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND http_request_url_hostname IS NOT NULL
  UNION ALL
  SELECT src_endpoint_ip, time, lower(assumeNotNull(query_hostname)) FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
  UNION ALL
  SELECT coalesce(src_endpoint_ip, device_ip), time, lower(assumeNotNull(coalesce(tls_sni, dst_endpoint_hostname))) FROM network_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND coalesce(tls_sni, dst_endpoint_hostname) IS NOT NULL
)
WHERE source IS NOT NULL
  AND match(name, '(^|\\.)(ipify\\.org|ip-api\\.com|ipapi\\.co|ipinfo\\.io|ifconfig\\.(me|co|io)|icanhazip\\.com|checkip\\.(dyndns\\.org|amazonaws\\.com)|ipecho\\.net|myexternalip\\.com|wtfismyip\\.com|whatismyipaddress\\.com|(really)?freegeoip\\.(app|org|net)|ident\\.me|ip\\.sb|ipwho\\.is|geoplugin\\.net|seeip\\.org|iplogger\\.(org|com)|ipbase\\.com|ip2location\\.io)$')
GROUP BY source
ORDER BY source
LIMIT 5000
