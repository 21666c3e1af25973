-- Which source failed as many accounts a few times each and then got into some? (password spraying and stuffing with a success)
WITH
  attempts AS (
    SELECT metadata_uid, time, status = 'Failure' AS failed, coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source,
      lower(coalesce(user_email_addr, user_name, '')) AS account,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, '')) AS is_asked
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND source NOT IN ('', '127.0.0.1', '::1') AND account != '' AND NOT endsWith(account, '$')
  ),
  suspects AS (
    SELECT cityHash64(source) AS place FROM attempts GROUP BY place
    HAVING max(is_asked) AND uniqExactIf(account, failed) >= {leastAccounts:UInt32}
  ),
  accounts AS (
    SELECT source, account, countIf(failed) AS failures, countIf(NOT failed) AS successes,
      failures BETWEEN 1 AND {mostTries:UInt32} AND successes > 0 AND minIf(time, NOT failed) > minIf(time, failed) AS opened,
      arraySlice(arraySort(groupArrayIf((time, metadata_uid), failed)), 1, 15) AS failed_events,
      arraySlice(arraySort(groupArrayIf((time, metadata_uid), NOT failed)), 1, 1) AS success_events,
      minIf(time, failed) AS first_failure
    FROM attempts WHERE cityHash64(source) GLOBAL IN (SELECT place FROM suspects)
    GROUP BY source, account
  ),
  sources AS (
    SELECT source, countIf(failures > 0) AS tried, countIf(opened) AS opened_accounts, countIf(failures > 0 AND successes > 0) AS let_in,
      sum(failures) AS all_failures, quantileExactIf(0.5)(failures, failures > 0) AS usual_tries,
      arraySort(groupArrayIf(account, opened)) AS opened_names, arraySort(groupArrayIf(first_failure, failures > 0)) AS firsts,
      dateDiff('second', firsts[1], firsts[-1]) <= 3600 AS within_the_hour,
      arraySlice(arraySort(arrayFlatten(groupArrayIf(success_events, opened))), 1, 5) AS successes_in,
      arraySlice(arraySort(arrayFlatten(groupArray(failed_events))), 1, 15) AS failures_before,
      arraySort(arrayConcat(failures_before, successes_in)) AS events
    FROM accounts GROUP BY source
    HAVING tried >= {leastAccounts:UInt32} AND usual_tries <= {mostTries:UInt32} AND opened_accounts > 0 AND let_in <= {mostShareIn:Float64} * tried
  )
SELECT
  source AS entity,
  round(45 + 20 * least(1, log10(tried) / 2) + 20 * (1 - let_in / tried) + if(within_the_hour, 15, 0), 1) AS score,
  all_failures + opened_accounts AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, events) AS event_ids,
  concat(source, ' failed ', toString(all_failures), ' times as ', toString(tried), ' accounts, typically ', toString(usual_tries),
    if(usual_tries = 1, ' time each, and got in as ', ' times each, and got in as '), arrayStringConcat(arraySlice(opened_names, 1, 5), ', '),
    if(opened_accounts > 5, concat(' and ', toString(opened_accounts - 5), ' more'), '')) AS description,
  arrayConcat([source], arraySlice(opened_names, 1, 10)) AS indicators
FROM sources
ORDER BY score DESC, entity
LIMIT 100
