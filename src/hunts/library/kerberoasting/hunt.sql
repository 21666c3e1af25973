-- Which account asked for tickets of many services under ordinary accounts within an hour? (Kerberoasting; 4769 or the network's view of it)
WITH
  requests AS (
    SELECT metadata_uid, time, lower(assumeNotNull(user_name)) AS account, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, lower(assumeNotNull(service_name)) AS service,
      match(lower(ifNull(authentication_token_encryption_details_algorithm, '')), 'rc4|arcfour|0x17|0x18') AS is_rc4, authentication_token_encryption_details_algorithm IS NOT NULL AS is_known
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Service Ticket Request' AND ifNull(status, 'Success') = 'Success' AND user_name IS NOT NULL AND service_name IS NOT NULL
      AND NOT endsWith(user_name, '$') AND NOT match(service, '\\$(@|$)|^(krbtgt|host|cifs|ldap|gc|dns|rpcss|termsrv|wsman|restrictedkrbhost|kadmin)(/|$|@)')
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, '')))
  ),
  days AS (
    SELECT account, countIf(services >= {leastServices:UInt32}) AS busy_days_before FROM (
      SELECT account, toDate(time) AS day, uniqExact(service) AS services FROM requests WHERE time < toDateTime64({from:String}, 6, 'UTC') GROUP BY account, day)
    GROUP BY account
  ),
  accounts AS (
    SELECT account, arraySlice(arraySort(groupArray((time, metadata_uid, service, is_rc4, is_known, source))), 1, 3000) AS asked,
      arrayReverseSort(burst -> (length(arrayDistinct(arrayMap(event -> event.3, burst))), arrayCount(event -> event.4, burst), burst[1].2),
        arrayMap(first -> arrayFilter(event -> event.1 >= first.1 AND event.1 <= first.1 + toIntervalMinute({withinMinutes:UInt32}), asked), asked))[1] AS events,
      arraySort(arrayDistinct(arrayMap(event -> event.3, events))) AS services
    FROM requests WHERE time >= toDateTime64({from:String}, 6, 'UTC')
    GROUP BY account HAVING length(services) >= {leastServices:UInt32}
  )
SELECT
  accounts.account AS entity,
  round(least(100, greatest(0, 35 + 30 * least(1, length(services) / 10) + 30 * arrayCount(event -> event.4, events) / length(events)
    + if(dateDiff('second', events[1].1, events[-1].1) <= 120, 10, 0) - if(ifNull(busy_days_before, 0) >= {usualDays:UInt32}, 35, 0))), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(accounts.account, if(events[1].6 = '', '', concat(' at ', events[1].6)), ' asked for tickets of ', toString(length(services)), ' services within ',
    toString(greatest(1, dateDiff('minute', events[1].1, events[-1].1))), ' minutes, ',
    if(arrayExists(event -> event.5, events), concat(toString(arrayCount(event -> event.4, events)), ' of ', toString(length(events)), ' with RC4'), 'encryption not logged'),
    '; on ', toString(ifNull(busy_days_before, 0)), ' days before as many') AS description,
  arrayConcat([accounts.account], arraySlice(services, 1, 12)) AS indicators
FROM accounts GLOBAL LEFT JOIN days ON days.account = accounts.account
ORDER BY score DESC, entity
LIMIT 100
