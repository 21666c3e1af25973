-- Which source failed many times as one account and was then let in for the first time? (password guessing with a success)
WITH
  attempts AS (
    SELECT metadata_uid, time, time >= toDateTime64({from:String}, 6, 'UTC') AS is_now, status = 'Failure' AS failed,
      coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, ifNull(src_endpoint_ip, '') AS address,
      lower(coalesce(user_email_addr, user_name, '')) AS account
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND source NOT IN ('', '127.0.0.1', '::1') AND account != '' AND NOT endsWith(account, '$')
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, '')))
  ),
  guesses AS (
    SELECT source, account, max(address) AS source_address, minIf(time, NOT failed) AS first_success,
      arraySort(groupArrayIf((time, metadata_uid), failed AND is_now)) AS failed_events,
      arrayFilter(event -> event.1 < first_success AND event.1 >= first_success - toIntervalHour({withinHours:UInt32}), failed_events) AS before,
      arraySort(groupArrayIf((time, metadata_uid), NOT failed)) AS success_events,
      dateDiff('second', before[1].1, first_success) / length(before) AS pace_seconds
    FROM attempts GROUP BY source, account
    HAVING countIf(NOT failed) > 0 AND first_success >= toDateTime64({from:String}, 6, 'UTC') AND length(before) >= {leastFailures:UInt32}
  )
SELECT
  account AS entity,
  round(45 + 25 * least(1, log10(length(before)) / 2.5) + 15 * least(1, 10 / greatest(pace_seconds, 1))
    + if(source_address != '' AND NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(source_address) OR isIPv6String(source_address), source_address, '::'), network), {internal:Array(String)}), 15, 0), 1) AS score,
  length(before) + 1 AS n,
  toString(before[1].1) AS first_time,
  toString(first_success) AS last_time,
  arrayMap(event -> event.2, arrayConcat(arraySlice(before, 1, 19), arraySlice(success_events, 1, 1))) AS event_ids,
  concat(source, ' failed ', toString(length(before)), ' times as ', account, ', one try every ', toString(round(pace_seconds, 1)),
    ' s, and was let in at ', formatDateTime(first_success, '%F %H:%i:%S', 'UTC')) AS description,
  [source, account] AS indicators
FROM guesses
ORDER BY score DESC, entity, source
LIMIT 100
