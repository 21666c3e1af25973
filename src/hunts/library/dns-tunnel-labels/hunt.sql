-- Which device asks one zone for many long names that are never asked twice? (DNS tunnels: label length, uniqueness, record types)
WITH
  asked AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, device_ip, device_hostname, '') AS source, assumeNotNull(query_hostname) AS name,
      cutToFirstSignificantSubdomain(name) AS zone, query_type IN ('TXT', 'NULL', 'CNAME', 'MX', 'SRV', 'PRIVATE') AS carries_data,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, zone) AS is_asked
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND query_hostname IS NOT NULL AND source != '' AND zone != '' AND length(name) > length(zone) + 1
      AND NOT match(name, '\\.(arpa|local|lan|internal|home)$') AND NOT has({knownZones:Array(String)}, zone)
  ),
  busy AS (
    SELECT cityHash64(source, zone) AS pair, cityHash64(zone) AS place FROM asked WHERE is_asked
    GROUP BY pair, place HAVING uniqExact(cityHash64(name)) >= {leastNames:UInt32}
  ),
  crowds AS (
    SELECT zone, uniqExact(source) AS hosts FROM asked WHERE cityHash64(zone) GLOBAL IN (SELECT place FROM busy) GROUP BY zone
  ),
  channels AS (
    SELECT source, zone, count() AS lookups, uniqExact(name) AS names,
      quantileExact(0.5)(length(name) - length(zone) - 1) AS usual_length, countIf(carries_data) / lookups AS data_share,
      arraySort(groupArray((time, metadata_uid))) AS events, max(name) AS example
    FROM asked WHERE cityHash64(source, zone) GLOBAL IN (SELECT pair FROM busy)
    GROUP BY source, zone
    HAVING usual_length >= {leastLabelLength:UInt32} OR data_share >= 0.5
  )
SELECT
  source AS entity,
  round(greatest(0, 20 + 25 * least(1, log10(names) / 3) + 25 * least(1, usual_length / 50) + 15 * least(1, names / lookups * 1.5) + 15 * data_share
    - if(hosts >= {manyHosts:UInt32}, 25, 0)), 1) AS score,
  lookups AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(source, ' asked for ', toString(names), ' names below ', zone, ' in ', toString(lookups), ' lookups, typically ', toString(usual_length),
    ' characters in front of it; ', toString(round(100 * data_share)), ' % of them for records that carry data') AS description,
  [zone, example] AS indicators
FROM channels GLOBAL INNER JOIN crowds USING (zone)
ORDER BY score DESC, entity, zone
LIMIT 100
