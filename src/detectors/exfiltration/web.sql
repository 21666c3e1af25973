-- Which hosts send files or forms to servers outside over plain HTTP: by which methods, how much, under what name, with or without having looked first?
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  (name -> replaceRegexpOne(lower(trimRight(trimBoth(name), '.')), ':[0-9]+$', '')) AS plain
SELECT
  source,
  destination,
  toString(min(time)) AS first_time,
  toString(max(time)) AS last_time,
  arraySlice(arraySort(groupUniqArray(port)), 1, 5) AS ports,
  arraySlice(arraySort(groupUniqArray(name)), 1, 5) AS names,
  countIf(method IN ('PUT', 'PATCH')) AS puts,
  countIf(method = 'POST') AS posts,
  countIf(method IN ('GET', 'HEAD')) AS gets,
  countIf(method IN ('PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK') OR user_agent ILIKE '%webdav%' OR user_agent ILIKE '%davclnt%') AS dav_requests,
  sumIf(length, method IN ('PUT', 'PATCH', 'POST', 'MKCOL', 'PROPPATCH')) AS body_bytes,
  sumIf(length, method IN ('PUT', 'PATCH')) AS put_bytes,
  sumIf(received, method IN ('PUT', 'PATCH', 'POST')) AS answer_bytes,
  countIf(is_address(name)) AS by_address,
  -- Archives and disk images by the end of their name.
  arraySlice(arraySort(groupUniqArrayIf(arrayElement(splitByChar('/', splitByChar('?', ifNull(path, ''))[1]), -1),
    method IN ('PUT', 'POST') AND match(ifNull(path, ''), '(?i)\\.(7z|zip|rar|gz|bz2|xz|tar|tgz|cab|arj|iso|img|vhdx?|bak|dmp|kdbx|pst|ost)(\\?|$)'))), 1, 5) AS archives,
  arraySlice(arraySort(groupUniqArray(user_agent)), 1, 3) AS user_agents
FROM (
  SELECT time, assumeNotNull(src_endpoint_ip) AS source, assumeNotNull(dst_endpoint_ip) AS destination, ifNull(dst_endpoint_port, 0) AS port,
    upper(ifNull(http_request_http_method, '')) AS method, ifNull(http_request_length, 0) AS length, ifNull(http_response_length, 0) AS received,
    plain(ifNull(http_request_url_hostname, '')) AS name, http_request_url_path AS path, ifNull(http_request_user_agent, '') AS user_agent
  FROM http_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    AND src_endpoint_ip IS NOT NULL AND dst_endpoint_ip IS NOT NULL
    AND cityHash64(src_endpoint_ip, dst_endpoint_ip) GLOBAL IN (
      SELECT pair FROM (
        SELECT cityHash64(src_endpoint_ip, dst_endpoint_ip) AS pair, min(src_endpoint_ip) AS host, min(dst_endpoint_ip) AS server
        FROM http_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
          AND src_endpoint_ip IS NOT NULL AND dst_endpoint_ip IS NOT NULL
        GROUP BY pair
        HAVING countIf(upper(ifNull(http_request_http_method, '')) IN ('PUT', 'PATCH', 'POST', 'MKCOL') AND ifNull(http_request_length, 1) > 0) > 0
      )
      WHERE is_inside(assumeNotNull(host)) AND NOT is_inside(assumeNotNull(server))
        AND NOT arrayExists(network -> isIPAddressInRange(assumeNotNull(server), network), ['224.0.0.0/3', '127.0.0.0/8', 'ff00::/8', 'fe80::/10'])
    )
)
GROUP BY source, destination
ORDER BY put_bytes DESC, body_bytes DESC, source, destination
LIMIT 2000
