-- Which hosts ask for very many different names below one registered domain, and what do these names and their answers look like?
-- Data that leaves through the name service leaves in names that were never asked before (RITA v5 counts sub-domains; Born and
-- Gustafson 2010 and Farnham 2013 look at lengths, characters and record types).
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  candidates AS (
    SELECT pair FROM (
      SELECT cityHash64(source, domain) AS pair, min(source) AS host FROM (
        SELECT coalesce(src_endpoint_ip, device_ip, device_hostname) AS source, query_hostname, cutToFirstSignificantSubdomain(query_hostname) AS domain
        FROM dns_activity
        WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
          AND query_hostname IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
          AND ifNull(dst_endpoint_port, 53) NOT IN (137, 5353, 5355)
      )
      WHERE domain != ''
      GROUP BY pair
      HAVING uniqExact(cityHash64(query_hostname)) >= {nameThreshold:UInt32}
    )
    WHERE is_inside(assumeNotNull(host)) OR NOT is_address(assumeNotNull(host))
  )
SELECT
  found.source AS source,
  is_address(found.source) AS source_is_address,
  found.domain AS domain,
  toString(found.first_time) AS first_time,
  toString(found.last_time) AS last_time,
  found.queries AS queries,
  found.names AS names,
  found.busiest_minute AS busiest_minute,
  found.payload_bytes AS payload_bytes,
  found.length_quartiles AS length_quartiles,
  found.label_length AS label_length,
  found.odd_names AS odd_names,
  found.sample AS sample,
  found.deeper AS deeper,
  found.types AS types,
  found.responses AS responses,
  found.missing AS missing,
  found.answered AS answered,
  found.answer_bytes AS answer_bytes,
  found.listed AS listed,
  found.resolvers AS resolvers,
  found.devices AS devices,
  found.processes AS processes,
  estate.clients AS clients
FROM (
  SELECT
    source,
    domain,
    min(name_first) AS first_time,
    max(name_last) AS last_time,
    sum(asked) AS queries,
    count() AS names,
    arrayMax(sumMap(minutes, arrayMap(minute -> toUInt64(1), minutes)).2) AS busiest_minute,
    sum(length(part)) AS payload_bytes,
    quantilesExactInclusive(0.25, 0.5, 0.75)(length(part)) AS length_quartiles,
    quantileExactInclusive(0.5)(arrayMax(arrayMap(label -> length(label), splitByChar('.', part)))) AS label_length,
    countIf(match(part, '[^a-zA-Z0-9._-]')) AS odd_names,
    arrayMap(entry -> entry.2, arraySlice(arraySort(groupArray((cityHash64(part), substring(part, 1, 255)))), 1, 100)) AS sample,
    arraySlice(arraySort(entry -> (-entry.2, entry.1),
      arrayZip((sumMap([last_label], [toUInt64(1)]) AS by_label).1, by_label.2)), 1, 3) AS deeper,
    arrayZip((sumMap(name_types.1, name_types.2) AS by_type).1, by_type.2) AS types,
    sum(name_responses) AS responses,
    sum(name_missing) AS missing,
    sum(name_answered) AS answered,
    sum(name_answer_bytes) AS answer_bytes,
    sum(name_listed) AS listed,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(name_resolvers)))), 1, 5) AS resolvers,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(name_devices)))), 1, 3) AS devices,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(name_processes)))), 1, 3) AS processes
  FROM (
    SELECT
      assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source,
      assumeNotNull(query_hostname) AS name,
      cutToFirstSignificantSubdomain(name) AS domain,
      if(length(name) > length(domain), substring(name, 1, length(name) - length(domain) - 1), '') AS part,
      arrayElement(splitByChar('.', part), -1) AS last_label,
      min(time) AS name_first,
      max(time) AS name_last,
      -- A log of messages has a question and an answer a lookup; a log of lookups has one line.
      countIf(ifNull(activity_name, '') != 'Response') AS asked,
      groupUniqArrayIf(toStartOfMinute(time), ifNull(activity_name, '') != 'Response') AS minutes,
      sumMapIf([ifNull(query_type, '')], [toUInt64(1)], ifNull(activity_name, '') != 'Response') AS name_types,
      countIf(rcode IS NOT NULL) AS name_responses,
      countIf(rcode = 'NXDOMAIN') AS name_missing,
      countIf(notEmpty(answers)) AS name_answered,
      sum(length(arrayStringConcat(answers, ' '))) AS name_answer_bytes,
      countIf(arrayExists(answer -> startsWith(answer, '127.'), answers)) AS name_listed,
      groupUniqArray(dst_endpoint_ip) AS name_resolvers,
      groupUniqArray(device_hostname) AS name_devices,
      groupUniqArray(actor_process_name) AS name_processes
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND query_hostname IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      AND ifNull(dst_endpoint_port, 53) NOT IN (137, 5353, 5355)
      AND cityHash64(coalesce(src_endpoint_ip, device_ip, device_hostname), cutToFirstSignificantSubdomain(query_hostname))
        GLOBAL IN (SELECT pair FROM candidates)
    GROUP BY source, name
  )
  GROUP BY source, domain
) AS found
GLOBAL LEFT JOIN (
  SELECT cutToFirstSignificantSubdomain(query_hostname) AS domain, uniqExact(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS clients
  FROM dns_activity
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
  GROUP BY domain
) AS estate ON estate.domain = found.domain
ORDER BY found.names DESC, found.source, found.domain
LIMIT 2000
