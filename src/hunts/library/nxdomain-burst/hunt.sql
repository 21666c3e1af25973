-- Which device asked, within an hour, for names in many zones that do not exist? (domain generation algorithms)
WITH
  answers_given AS (
    SELECT metadata_uid, time, coalesce(src_endpoint_ip, device_ip, device_hostname, '') AS source, assumeNotNull(query_hostname) AS name,
      cutToFirstSignificantSubdomain(name) AS zone, substring(zone, 1, position(zone, '.') - 1) AS label,
      upper(rcode) IN ('NXDOMAIN', '3') AS does_not_exist
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND query_hostname IS NOT NULL AND rcode IS NOT NULL AND source != '' AND position(zone, '.') > 0
      AND NOT match(name, '\\.(arpa|local|lan|internal|home)$')
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, '')))
  ),
  hours AS (
    SELECT source, toStartOfHour(time) AS hour, count() AS lookups, countIf(does_not_exist) AS failures, uniqExactIf(zone, does_not_exist) AS zones,
      uniqExactIf(label, does_not_exist AND match(label, '[bcdfghjklmnpqrstvwxz]{4}|[0-9][a-z]+[0-9]')) AS odd_labels,
      arraySort(groupArrayIf((time, metadata_uid), does_not_exist)) AS events,
      arraySlice(arraySort(groupUniqArrayIf(zone, does_not_exist)), 1, 8) AS examples
    FROM answers_given GROUP BY source, hour HAVING zones >= {leastZones:UInt32}
  )
SELECT
  source AS entity,
  round(10 + 45 * least(1, log10(zones / {leastZones:UInt32} * 3) / 1.5) + 25 * failures / lookups + 20 * least(1, odd_labels / zones), 1) AS score,
  failures AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(source, ' asked for ', toString(failures), ' names that do not exist, in ', toString(zones), ' zones, within the hour from ',
    formatDateTime(hour, '%F %H:%i', 'UTC'), '; ', toString(round(100 * failures / lookups)), ' % of its lookups failed') AS description,
  examples AS indicators
FROM hours
ORDER BY score DESC, entity, hour
LIMIT 100
