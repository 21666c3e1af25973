-- Which device packed files, above all with a password, and then sent much to one outside address? (archive collected data, exfiltration after it)
WITH
  packs AS (
    SELECT metadata_uid, time, lower(coalesce(device_hostname, '')) AS device, ifNull(device_ip, '') AS address, ifNull(actor_user_name, '') AS person, assumeNotNull(process_cmd_line) AS command,
      match(command, '(?i)\\s-(p|hp)[^\\s-]\\S*|\\s--password|\\s-P\\s+\\S|\\s-mhe\\b|gpg.*(-c|--symmetric)|openssl\\s+enc') AS has_password,
      match(command, '(?i)\\s-r\\b|\\*\\.|\\\\(documents|finance|share|home|desktop)|\\s-recurse') AS takes_many,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND process_cmd_line IS NOT NULL
      AND match(concat(ifNull(process_name, ''), ' ', process_cmd_line), '(?i)(^|[\\\\/"\\s])(7z[ar]?|rar|winrar|zip|tar|makecab|wzzip|wzcline|gpg)(\\.exe)?["\\s]|compress-archive|zipfile\\]?::createfromdirectory')
      AND match(command, '(?i)\\sa\\s|\\s-[a-z]*c[a-z]*f|\\s-cf|\\.(zip|rar|7z|tar|gz|tgz|cab|gpg)\\b|compress-archive|createfromdirectory')
      AND NOT match(command, '(?i)\\s[xelt]\\s|\\s-?x[a-z]*f|\\s-?t[a-z]*f\\s|expand-archive|unzip|extracttodirectory')
  ),
  flows AS (
    SELECT metadata_uid, time, lower(coalesce(src_endpoint_hostname, device_hostname, '')) AS device, coalesce(src_endpoint_ip, device_ip, '') AS address, assumeNotNull(dst_endpoint_ip) AS destination,
      assumeNotNull(traffic_bytes_out) AS bytes_out, ifNull(traffic_bytes_in, 0) AS bytes_in
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND activity_name IN ('Traffic', 'Open')
      AND dst_endpoint_ip IS NOT NULL AND traffic_bytes_out IS NOT NULL
      AND (lower(coalesce(src_endpoint_hostname, device_hostname, '')) GLOBAL IN (SELECT device FROM packs WHERE device != '')
        OR coalesce(src_endpoint_ip, device_ip, '') GLOBAL IN (SELECT address FROM packs WHERE address != ''))
  ),
  crowds AS (
    SELECT dst_endpoint_ip AS destination, uniqExact(coalesce(src_endpoint_ip, device_hostname)) AS hosts FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip GLOBAL IN (SELECT destination FROM flows)
    GROUP BY destination
  ),
  keyed_packs AS (SELECT *, arrayJoin(arrayFilter(name -> name != '', arrayDistinct([device, address]))) AS joined_by FROM packs),
  keyed_flows AS (SELECT *, arrayJoin(arrayFilter(name -> name != '', arrayDistinct([device, address]))) AS joined_by FROM flows),
  pairs AS (
    SELECT if(keyed_packs.device = '', keyed_packs.address, keyed_packs.device) AS place, keyed_flows.destination AS remote,
      arraySort(groupUniqArray((keyed_packs.time, keyed_packs.metadata_uid, substringUTF8(replaceRegexpAll(keyed_packs.command, '(\\s-(?:hp|p|P)\\s?)[^\\s-]\\S*', '\\1***'), 1, 160), keyed_packs.person))) AS packed,
      arraySort(groupUniqArray((keyed_flows.time, keyed_flows.metadata_uid, keyed_flows.bytes_out, keyed_flows.bytes_in))) AS sent,
      max(has_password) AS with_password, max(takes_many) AS many, max(is_asked) AS any_asked, min(dateDiff('second', keyed_packs.time, keyed_flows.time)) AS soonest
    FROM keyed_packs GLOBAL INNER JOIN keyed_flows ON keyed_flows.joined_by = keyed_packs.joined_by
    WHERE keyed_flows.time >= keyed_packs.time AND keyed_flows.time <= keyed_packs.time + toIntervalHour({withinHours:UInt32})
    GROUP BY place, remote
    HAVING arraySum(event -> event.3, sent) >= {leastBytes:UInt64} AND arraySum(event -> event.3, sent) > arraySum(event -> event.4, sent)
      AND NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(remote) OR isIPv6String(remote), remote, '::'), network), {internal:Array(String)})
  )
SELECT
  place AS entity,
  round(15 + if(with_password, 30, 0) + if(many, 10, 0) + 20 * least(1, log10(arraySum(event -> event.3, sent) / {leastBytes:UInt64}) / 2) + 10 * (1 - soonest / (3600 * {withinHours:UInt32}))
    + if(hosts = 1, 15, 0), 1) AS score,
  length(packed) + length(sent) AS n,
  toString(packed[1].1) AS first_time,
  toString(sent[-1].1) AS last_time,
  arrayDistinct(arrayConcat(arrayMap(event -> event.2, arraySlice(packed, 1, 8)), arrayMap(event -> event.2, arraySlice(sent, 1, 12)))) AS event_ids,
  concat(if(packed[1].4 = '', 'Somebody', packed[1].4), ' packed files on ', place, if(with_password, ' with a password', ''), ', and within ', toString(intDiv(soonest, 60)), ' minutes ',
    formatReadableDecimalSize(arraySum(event -> event.3, sent)), ' began to leave for ', remote, ' (', toString(hosts), if(hosts = 1, ' device uses it): ', ' devices use it): '), packed[1].3) AS description,
  arrayConcat([remote], arrayMap(event -> event.3, arraySlice(packed, 1, 4))) AS indicators
FROM pairs GLOBAL INNER JOIN crowds ON crowds.destination = pairs.remote
WHERE any_asked
ORDER BY score DESC, entity, remote
LIMIT 100
