-- Who clicked a link in a message and was then signed in from a network never used before? (phishing, told by what follows)
WITH
  clicks AS (
    SELECT metadata_uid, time, lower(assumeNotNull(user_email_addr)) AS account, ifNull(url_hostname, domain(ifNull(url_string, ''))) AS host,
      lower(ifNull(threat_classification, '')) AS classification
    FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND user_email_addr IS NOT NULL AND ifNull(disposition, 'Allowed') != 'Blocked'
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, lower(user_email_addr)))
  ),
  owners AS (SELECT ip, max(autonomous_system_number) AS number FROM network_owner GROUP BY ip),
  sign_ins AS (
    SELECT metadata_uid, time, lower(coalesce(user_email_addr, user_name, '')) AS account, assumeNotNull(src_endpoint_ip) AS address,
      src_endpoint_location_country AS country, src_endpoint_autonomous_system_number AS own_number, is_mfa AS second_factor, device_is_managed AS managed
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND src_endpoint_ip IS NOT NULL AND account GLOBAL IN (SELECT account FROM clicks)
  ),
  placed AS (
    SELECT sign_ins.account AS account, sign_ins.metadata_uid AS uid, sign_ins.time AS moment, sign_ins.address AS address, ifNull(sign_ins.country, '') AS nation,
      sign_ins.second_factor AS second_factor, sign_ins.managed AS managed,
      coalesce(concat('AS', toString(coalesce(sign_ins.own_number, owners.number))), sign_ins.country, replaceRegexpOne(sign_ins.address, '[.:][^.:]*$', '')) AS network
    FROM sign_ins GLOBAL LEFT JOIN owners ON owners.ip = sign_ins.address
  ),
  people AS (
    SELECT account, arraySort(groupArray((moment, uid, address, network, nation, second_factor, managed))) AS events,
      arrayFilter((event, position) -> NOT has(arrayMap(before -> before.4, arraySlice(events, 1, position - 1)), event.4), events, arrayEnumerate(events)) AS firsts
    FROM placed GROUP BY account
  ),
  followed AS (
    SELECT account, clicks.metadata_uid AS click_uid, clicks.time AS click_time, clicks.host AS click_host, clicks.classification AS click_class,
      arrayFilter(first -> first.1 > click_time AND first.1 <= click_time + toIntervalHour({withinHours:UInt32}), firsts)[1] AS arrival,
      length(arrayFilter(event -> event.1 < click_time, events)) AS history,
      length(arrayFilter(first -> first.1 >= toDateTime64({from:String}, 6, 'UTC'), firsts)) AS networks_now,
      arrayExists(event -> event.5 = arrival.5 AND event.1 < arrival.1, events) AS is_known_nation
    FROM clicks GLOBAL INNER JOIN people USING (account)
    WHERE arrival.2 != '' AND history >= {leastHistory:UInt32}
  )
SELECT
  account AS entity,
  round(greatest(0, 40 + 20 * (1 - dateDiff('second', click_time, arrival.1) / (3600 * {withinHours:UInt32})) + if(arrival.5 != '' AND NOT is_known_nation, 15, 0)
    + if(position(click_class, 'phish') > 0, 15, 0) + if(arrival.6 = false OR arrival.7 = false, 10, 0) - if(networks_now >= {manyNetworks:UInt32}, 25, 0)), 1) AS score,
  2 AS n,
  toString(click_time) AS first_time,
  toString(arrival.1) AS last_time,
  [click_uid, arrival.2] AS event_ids,
  concat(account, ' clicked a link to ', click_host, if(click_class = '', '', concat(' (', click_class, ')')), ' and ', toString(dateDiff('minute', click_time, arrival.1)),
    ' minutes later signed in from ', arrival.3, ', network ', arrival.4, if(arrival.5 = '', '', concat(', ', arrival.5)), ', never used in ', toString(history), ' sign-ins before') AS description,
  arrayFilter(value -> value != '', [account, click_host, arrival.3, arrival.4]) AS indicators
FROM followed
ORDER BY score DESC, entity, first_time, click_uid
LIMIT 100
