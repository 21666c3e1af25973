-- Which device was given the first tickets of many accounts with weak encryption? (AS-REP roasting, ATT&CK T1558.004: what comes back for
-- accounts that need not prove themselves can be guessed offline.) One row a source: its busiest hour.
WITH
  requests AS (
    SELECT time, lower(assumeNotNull(user_name)) AS account, assumeNotNull(src_endpoint_ip) AS source,
      match(lower(ifNull(authentication_token_encryption_details_algorithm, '')), 'rc4|arcfour|des-cbc') AS is_weak,
      authentication_token_encryption_details_algorithm IS NOT NULL AS is_known, status = 'Success' AS is_given
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Authentication Ticket' AND user_name IS NOT NULL AND src_endpoint_ip IS NOT NULL AND src_endpoint_ip NOT IN ('127.0.0.1', '::1')
      AND NOT match(user_name, '\\$(@|$)')
  ),
  hours AS (
    SELECT source, shift, toStartOfHour(time + toIntervalMinute(shift)) AS hour, uniqExact(account) AS accounts, uniqExactIf(account, is_weak AND is_given) AS weak_accounts, count() AS asked,
      min(time) AS first_time, max(time) AS last_time, arraySlice(arraySort(groupUniqArrayIf(account, is_weak AND is_given)), 1, 12) AS names
    FROM requests ARRAY JOIN [0, 30] AS shift GROUP BY source, shift, hour
  ),
  busiest AS (
    SELECT source, max((weak_accounts, accounts, -toUnixTimestamp64Micro(first_time), toUnixTimestamp64Micro(last_time), asked, names)) AS best, uniqExactIf(toDate(hour), weak_accounts >= {leastServices:UInt32}) AS busy_days
    FROM hours GROUP BY source
  ),
  estate AS (SELECT countIf(is_known AND is_given) AS known, countIf(is_weak AND is_given) AS weak, uniqExact(source) AS devices, uniqExactIf(source, is_weak AND is_given) AS weak_devices FROM requests)
SELECT source, best.1 AS weak_accounts, best.2 AS accounts, toString(fromUnixTimestamp64Micro(-best.3, 'UTC')) AS first_seen, toString(fromUnixTimestamp64Micro(best.4, 'UTC')) AS last_seen,
  best.5 AS requests, best.6 AS names, busy_days, (SELECT known FROM estate) AS estate_known, (SELECT weak FROM estate) AS estate_weak,
  (SELECT devices FROM estate) AS devices, (SELECT weak_devices FROM estate) AS weak_devices
FROM busiest
WHERE best.1 >= {leastServices:UInt32}
ORDER BY best.1 DESC, source
LIMIT 500
