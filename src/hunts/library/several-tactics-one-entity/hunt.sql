-- Which device or person do the vendors' alerts tell several tactics of within a day? (a chain of alerts)
WITH
  alerts AS (
    SELECT metadata_uid, argMax(time, version_time) AS alert_time, argMax(tuple(device_hostname), version_time).1 AS device, argMax(tuple(user_email_addr), version_time).1 AS mail,
      argMax(tuple(user_name), version_time).1 AS person, argMax(tuple(device_ip), version_time).1 AS address, argMax(tuple(src_endpoint_ip), version_time).1 AS source,
      argMax(attack_tactics, version_time) AS tactics, argMax(tuple(finding_info_title), version_time).1 AS title, argMax(tuple(severity), version_time).1 AS level,
      max(toString(metadata_product_name)) AS product
    FROM detection_finding
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
    GROUP BY metadata_uid
  ),
  named AS (
    SELECT *, arrayJoin(arrayDistinct(arrayFilter(value -> value != '', [ifNull(device, ''), lower(coalesce(mail, person, ''))]))) AS entity_name,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device, '')) OR has({entities:Array(String)}, ifNull(mail, '')) OR has({entities:Array(String)}, ifNull(person, ''))
        OR has({entities:Array(String)}, ifNull(address, '')) OR has({entities:Array(String)}, ifNull(source, '')) AS is_asked
    FROM alerts WHERE notEmpty(tactics)
  ),
  entities_of AS (
    SELECT entity_name, max(is_asked) AS any_asked, arraySlice(arraySort(groupArray((alert_time, metadata_uid, tactics, ifNull(title, ''), ifNull(level, ''), product))), 1, 500) AS told,
      arrayReverseSort(burst -> (length(arrayDistinct(arrayFlatten(arrayMap(event -> event.3, burst)))), length(burst), burst[1].2),
        arrayMap(first -> arrayFilter(event -> event.1 >= first.1 AND event.1 <= first.1 + toIntervalHour({withinHours:UInt32}), told), told))[1] AS events,
      arraySort(arrayDistinct(arrayFlatten(arrayMap(event -> event.3, events)))) AS chain
    FROM named GROUP BY entity_name HAVING length(chain) >= {leastTactics:UInt32} AND length(events) >= 2
  )
SELECT
  entity_name AS entity,
  round(15 + least(40, 8 * length(chain)) + if(arrayExists(event -> event.5 IN ('High', 'Critical'), events), 20, 0) + if(length(arrayDistinct(arrayMap(event -> event.6, events))) > 1, 15, 0)
    + if(length(arrayFilter(tactic -> match(lower(tactic), 'initial|execution|persistence'), chain)) > 0 AND length(arrayFilter(tactic -> match(lower(tactic), 'lateral|exfil|command|impact|collection'), chain)) > 0, 10, 0), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(toString(length(events)), ' alerts about ', entity_name, ' within ', toString(greatest(1, dateDiff('hour', events[1].1, events[-1].1))), ' hours tell ', toString(length(chain)), ' tactics: ',
    arrayStringConcat(arraySlice(chain, 1, 8), ', '), '; first: ', substringUTF8(events[1].4, 1, 120)) AS description,
  arraySlice(arrayDistinct(arrayMap(event -> substringUTF8(event.4, 1, 120), events)), 1, 8) AS indicators
FROM entities_of
WHERE any_asked
ORDER BY score DESC, entity
LIMIT 100
