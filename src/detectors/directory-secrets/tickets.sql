-- Which account asked for tickets of many services that run under ordinary accounts, or got them with weak encryption? (Kerberoasting,
-- ATT&CK T1558.003; events 4769 and the network's view of them.) One row an account: its busiest hour, and all that was weak.
WITH
  all_requests AS (
    SELECT time, lower(assumeNotNull(user_name)) AS account, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, lower(assumeNotNull(service_name)) AS service,
      match(lower(ifNull(authentication_token_encryption_details_algorithm, '')), 'rc4|arcfour|des-cbc') AS is_weak,
      authentication_token_encryption_details_algorithm IS NOT NULL AS is_known
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Service Ticket Request' AND ifNull(status, 'Success') = 'Success' AND user_name IS NOT NULL AND service_name IS NOT NULL
      AND NOT match(user_name, '\\$(@|$)')
  ),
  -- Machines have passwords that nobody guesses; what runs under them is asked for all day.
  requests AS (SELECT * FROM all_requests WHERE NOT match(service, '\\$(@|$)|^(krbtgt|host|cifs|ldap|gc|dns|rpcss|termsrv|wsman|restrictedkrbhost|kadmin)(/|$|@)')),
  -- Hours from each half hour on, so that a burst over the full hour is seen whole.
  hours AS (
    SELECT account, shift, toStartOfHour(time + toIntervalMinute(shift)) AS hour, uniqExact(service) AS services, count() AS asked, min(time) AS first_time, max(time) AS last_time
    FROM requests ARRAY JOIN [0, 30] AS shift GROUP BY account, shift, hour
  ),
  busiest AS (SELECT account, max((services, -toUnixTimestamp64Micro(first_time), toUnixTimestamp64Micro(last_time), asked)) AS best FROM hours GROUP BY account),
  days AS (SELECT account, arraySort(groupArray(services)) AS day_services FROM (SELECT account, toDate(time) AS day, uniqExact(service) AS services FROM requests GROUP BY account, day) GROUP BY account),
  askers AS (SELECT service, uniqExact(account) AS accounts FROM requests GROUP BY service),
  own AS (
    SELECT requests.account AS account, count() AS requests_made, countIf(is_known) AS known, countIf(is_weak) AS weak, uniqExact(requests.service) AS all_services,
      uniqExactIf(requests.service, is_weak) AS weak_services, uniqExactIf((requests.service, toDate(time)), is_weak) AS weak_service_days, uniqExactIf(requests.service, askers.accounts = 1) AS lonely_services,
      minIf(time, is_weak) AS first_weak, maxIf(time, is_weak) AS last_weak,
      arraySlice(arraySort(groupUniqArray(requests.service)), 1, 12) AS service_names, arraySlice(arraySort(groupUniqArrayIf(source, source != '')), 1, 5) AS sources
    FROM requests GLOBAL INNER JOIN askers ON askers.service = requests.service GROUP BY account
  ),
  estate AS (SELECT countIf(is_known) AS known, countIf(is_weak) AS weak, uniqExact(account) AS people, uniqExactIf(account, is_weak) AS weak_people FROM all_requests),
  peers AS (SELECT arraySort(groupArray(best.1)) AS most FROM busiest)
SELECT own.account AS account, own.requests_made AS requests, own.known AS known, own.weak AS weak, own.all_services AS services, own.weak_services AS weak_services, own.weak_service_days AS weak_service_days,
  own.lonely_services AS lonely_services, own.service_names AS service_names, own.sources AS sources,
  busiest.best.1 AS burst_services, busiest.best.4 AS burst_requests, toString(fromUnixTimestamp64Micro(-busiest.best.2, 'UTC')) AS burst_first, toString(fromUnixTimestamp64Micro(busiest.best.3, 'UTC')) AS burst_last,
  if(own.weak = 0, '', toString(own.first_weak)) AS weak_first, if(own.weak = 0, '', toString(own.last_weak)) AS weak_last,
  arraySlice(arrayReverse(days.day_services), 2, 30) AS other_days,
  arrayCount(most -> most >= busiest.best.1, (SELECT most FROM peers)) AS people_with_as_many,
  (SELECT people FROM estate) AS people, (SELECT weak_people FROM estate) AS weak_people, (SELECT known FROM estate) AS estate_known, (SELECT weak FROM estate) AS estate_weak
FROM own
GLOBAL INNER JOIN busiest ON busiest.account = own.account
GLOBAL INNER JOIN days ON days.account = own.account
WHERE busiest.best.1 >= {leastServices:UInt32} OR own.weak > 0
ORDER BY own.weak_services DESC, busiest.best.1 DESC, own.account
LIMIT 500
