-- Which indicators were met in the window, by whom, how often, and how common is the value in the estate?
WITH
  newest AS (
    SELECT * FROM (SELECT * FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid) WHERE is_active
  ),
  met AS (
    SELECT newest.type AS type, newest.value AS value, sighting.time AS time, newest.feed_name AS feed_name, newest.confidence AS confidence,
      newest.valid_from AS valid_from, newest.valid_until AS valid_until, newest.labels AS labels, newest.attack_techniques AS attack_techniques,
      newest.description AS description, sighting.event_uid AS event_uid, sighting.table_name AS table_name, sighting.matched_column AS matched_column,
      sighting.matched_value AS matched_value, sighting.src_endpoint_ip AS src_endpoint_ip, sighting.src_endpoint_hostname AS src_endpoint_hostname,
      sighting.dst_endpoint_ip AS dst_endpoint_ip, sighting.dst_endpoint_port AS dst_endpoint_port, sighting.user_name AS user_name, sighting.is_answered AS is_answered,
      (newest.valid_from IS NULL OR sighting.time >= newest.valid_from) AND (newest.valid_until IS NULL OR sighting.time < newest.valid_until) AS is_valid_then
    FROM sighting GLOBAL INNER JOIN newest ON newest.indicator_uid = sighting.indicator_uid
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  ),
  estate AS (
    SELECT uniqExact(src_endpoint_ip) AS sources FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
  )
SELECT type, value,
  uniqExact(event_uid) AS events,
  uniqExactIf(event_uid, is_valid_then) AS valid_events,
  uniqExactIf(event_uid, is_answered) AS answered_events,
  arraySort(groupUniqArray(feed_name)) AS feeds,
  max(confidence) AS highest_confidence,
  toString(min(valid_from)) AS valid_from_time,
  toString(max(valid_until)) AS valid_until_time,
  arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(labels)))), 1, 10) AS all_labels,
  arraySort(arrayDistinct(arrayFlatten(groupArray(attack_techniques)))) AS techniques,
  min(description) AS about,
  toString(min(time)) AS first_time,
  toString(max(time)) AS last_time,
  arraySort(groupUniqArray(table_name)) AS table_names,
  arraySort(groupUniqArray(matched_column)) AS matched_columns,
  arraySlice(arraySort(groupUniqArray(matched_value)), 1, 10) AS matched_values,
  uniqExact(coalesce(src_endpoint_ip, src_endpoint_hostname, user_name)) AS sources,
  arraySlice(arraySort(groupUniqArray(src_endpoint_ip)), 1, 20) AS source_addresses,
  arraySlice(arraySort(groupUniqArray(src_endpoint_hostname)), 1, 20) AS source_names,
  arraySlice(arraySort(groupUniqArray(dst_endpoint_ip)), 1, 10) AS destinations,
  arraySlice(arraySort(groupUniqArray(dst_endpoint_port)), 1, 5) AS ports,
  arraySlice(arraySort(groupUniqArray(user_name)), 1, 20) AS users,
  (SELECT max(estate.sources) FROM estate) AS estate_sources
FROM met
GROUP BY type, value
ORDER BY events DESC, type, value
LIMIT 5000
