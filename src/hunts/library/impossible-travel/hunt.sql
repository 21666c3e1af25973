-- Which account signed in from two places faster than anybody travels? (great-circle distance over time, 900 km/h)
WITH
  sign_ins AS (
    SELECT metadata_uid, time, lower(coalesce(user_email_addr, user_name, '')) AS account, assumeNotNull(src_endpoint_ip) AS address,
      ifNull(src_endpoint_location_country, '') AS country, src_endpoint_location_latitude AS latitude, src_endpoint_location_longitude AS longitude,
      ifNull(src_endpoint_location_city, '') AS city, device_is_managed AS managed, is_mfa AS second_factor, ifNull(http_request_user_agent, '') AS agent,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, ''))
        OR has({entities:Array(String)}, address) AS is_asked
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND src_endpoint_ip IS NOT NULL AND account != ''
      AND (src_endpoint_location_country IS NOT NULL OR src_endpoint_location_latitude IS NOT NULL)
  ),
  crowds AS (SELECT address, uniqExact(account) AS people FROM sign_ins GROUP BY address),
  journeys AS (
    SELECT account,
      arraySort(groupArray((time, metadata_uid, address, country, city, latitude, longitude, managed, second_factor, agent))) AS visits,
      arrayMap((visit, before) -> (
          toFloat64(if(isNotNull(visit.6) AND isNotNull(visit.7) AND isNotNull(before.6) AND isNotNull(before.7),
            greatCircleDistance(ifNull(before.7, 0), ifNull(before.6, 0), ifNull(visit.7, 0), ifNull(visit.6, 0)) / 1000,
            if(visit.4 != before.4 AND visit.4 != '' AND before.4 != '' AND dateDiff('second', before.1, visit.1) <= 3600 * {countryHours:UInt32}, 2000, 0))),
          greatest(dateDiff('second', before.1, visit.1), 60) / 3600, visit, before),
        arrayPopFront(visits), arrayPopBack(visits)) AS legs,
      arrayReverseSort(leg -> (leg.1 / leg.2, leg.3.2),
        arrayFilter(leg -> leg.1 >= {leastKilometres:UInt32} AND leg.1 / leg.2 > {fastestKilometresPerHour:UInt32} AND leg.3.3 != leg.4.3, legs)) AS fast
    FROM sign_ins GROUP BY account
    HAVING max(is_asked) AND uniqExact(address) > 1 AND notEmpty(fast)
  ),
  worst AS (
    SELECT account, length(fast) AS times, fast[1].1 AS kilometres, fast[1].2 AS hours, kilometres / hours AS speed, fast[1].3 AS there, fast[1].4 AS here,
      arrayUniq(arrayMap(visit -> toDate(visit.1), arrayFilter(visit -> visit.3 = there.3, visits))) AS there_days,
      arrayUniq(arrayMap(visit -> toDate(visit.1), arrayFilter(visit -> visit.3 = here.3, visits))) AS here_days,
      if(there_days <= here_days, there.3, here.3) AS odd_address, least(there_days, here_days) AS odd_days
    FROM journeys
  )
SELECT
  account AS entity,
  round(greatest(0, 35 + 25 * least(1, log2(speed / {fastestKilometresPerHour:UInt32}) / 4)
    + multiIf(there.8 = false, 15, isNull(there.8), 7, 0) + multiIf(there.9 = false, 15, isNull(there.9), 7, 0) + if(there.10 != here.10, 10, 0)
    - multiIf(people >= {sharedBy:UInt32}, 35, odd_days >= {usualDays:UInt32}, 25, 0)), 1) AS score,
  2 * times AS n,
  toString(here.1) AS first_time,
  toString(there.1) AS last_time,
  [here.2, there.2] AS event_ids,
  concat(account, ' signed in from ', here.3, ' (', if(here.5 = '', here.4, concat(here.5, ', ', here.4)), ') and ', toString(round(60 * hours)), ' minutes later from ',
    there.3, ' (', if(there.5 = '', there.4, concat(there.5, ', ', there.4)), '), ', if(isNull(there.6), 'another country', concat(toString(round(kilometres)), ' km away')),
    if(times > 1, concat('; ', toString(times), ' such journeys'), '')) AS description,
  [there.3, here.3] AS indicators
FROM worst
GLOBAL INNER JOIN crowds ON crowds.address = worst.odd_address
ORDER BY score DESC, entity
LIMIT 100
