-- Which active indicators were met in the window, how often, first and last, and by whom?
SELECT indicator.type AS type, indicator.value AS value, arraySort(groupUniqArray(indicator.feed_name)) AS feeds,
  uniqExact(sighting.event_uid) AS events,
  toString(min(sighting.time)) AS first_time, toString(max(sighting.time)) AS last_time,
  countIf((indicator.valid_from IS NULL OR sighting.time >= indicator.valid_from)
    AND (indicator.valid_until IS NULL OR sighting.time < indicator.valid_until)) > 0 AS is_valid_then,
  arraySlice(arraySort(groupUniqArray(concat(sighting.table_name, '.', sighting.matched_column))), 1, 10) AS places,
  arraySlice(arraySort(groupUniqArray(coalesce(sighting.user_name, sighting.src_endpoint_hostname, sighting.src_endpoint_ip, ''))), 1, 10) AS who
FROM sighting
GLOBAL INNER JOIN (
  SELECT indicator_uid, type, value, feed_name, valid_from, valid_until FROM (
    SELECT * FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
  ) WHERE is_active
) AS indicator ON indicator.indicator_uid = sighting.indicator_uid
WHERE sighting.time >= toDateTime64({from:String}, 6, 'UTC') AND sighting.time < toDateTime64({to:String}, 6, 'UTC')
GROUP BY type, value
ORDER BY events DESC, type, value
LIMIT {limit:UInt32}
