-- Which sources failed to sign in, how often, as whom, and did they get in? (brute force T1110.001, spraying T1110.003, stuffing T1110.004)
WITH
  attempts AS (
    SELECT coalesce(src_endpoint_ip, src_endpoint_hostname) AS source, time, status = 'Failure' AS failed,
      coalesce(user_email_addr, user_name) AS account, coalesce(dst_endpoint_hostname, device_hostname, service_name) AS target,
      position(lower(ifNull(status_detail, '')), 'unknown user') > 0 OR position(lower(ifNull(status_detail, '')), 'invalid user') > 0
        OR position(lower(ifNull(status_detail, '')), 'does not exist') > 0 AS is_unknown_account
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND coalesce(src_endpoint_ip, src_endpoint_hostname) IS NOT NULL
      AND coalesce(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1')
      AND NOT endsWith(ifNull(user_name, ''), '$')
  ),
  suspects AS (SELECT source FROM attempts GROUP BY source HAVING countIf(failed) >= {failureThreshold:UInt32}),
  by_account AS (
    SELECT source, account, countIf(failed) AS account_failures, countIf(NOT failed) AS account_successes,
      minIf(time, NOT failed) AS account_first_success, minIf(time, failed) AS account_first_failure,
      uniqExactIf(toDate(time), NOT failed) AS account_success_days
    FROM attempts WHERE source GLOBAL IN (SELECT source FROM suspects) GROUP BY source, account
  ),
  accounts AS (
    SELECT source,
      uniqExactIf(account, account_failures > 0) AS failed_accounts,
      uniqExactIf(account, account_successes > 0) AS succeeded_accounts,
      countIf(account_failures >= {guessThreshold:UInt32} AND account_successes > 0 AND account_first_success > account_first_failure
        AND account_success_days <= 1) AS guessed_accounts,
      arraySlice(arraySort(groupArrayIf(account, account_failures >= {guessThreshold:UInt32} AND account_successes > 0
        AND account_first_success > account_first_failure AND account_success_days <= 1)), 1, 5) AS guessed_names,
      quantileExact(0.5)(account_failures) AS failures_each,
      arraySlice(arraySort(groupArrayIf(account, account_failures > 0)), 1, 10) AS account_names
    FROM by_account GROUP BY source
  ),
  totals AS (
    SELECT source, countIf(failed) AS failures, countIf(NOT failed) AS successes, countIf(is_unknown_account) AS unknown_accounts,
      uniqExactIf(toDate(time), NOT failed) AS success_days, uniqExact(target) AS targets,
      arraySlice(arraySort(groupUniqArrayIf(target, failed AND isNotNull(target))), 1, 5) AS target_names,
      minIf(time, failed) AS first_failure, maxIf(time, failed) AS last_failure
    FROM attempts WHERE source GLOBAL IN (SELECT source FROM suspects) GROUP BY source
  ),
  hours AS (
    SELECT source, max(hourly) AS busiest_hour FROM (
      SELECT source, toStartOfHour(time) AS hour, countIf(failed) AS hourly FROM attempts
      WHERE source GLOBAL IN (SELECT source FROM suspects) GROUP BY source, hour
    ) GROUP BY source
  )
SELECT totals.source AS source, failures, successes, unknown_accounts, success_days, targets, target_names,
  toString(first_failure) AS first_failure_time, toString(last_failure) AS last_failure_time, busiest_hour,
  failed_accounts, succeeded_accounts, guessed_accounts, guessed_names, failures_each, account_names,
  isNotNull(toIPv6OrNull(totals.source)) AS is_address,
  is_address AND arrayExists(network -> isIPAddressInRange(if(is_address, totals.source, '::'), network), {internal:Array(String)}) AS is_internal
FROM totals
GLOBAL INNER JOIN accounts ON accounts.source = totals.source
GLOBAL INNER JOIN hours ON hours.source = totals.source
ORDER BY failures DESC, totals.source
LIMIT 5000
