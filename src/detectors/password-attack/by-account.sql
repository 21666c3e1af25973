-- Which accounts were tried from many sources, few times from each, and did somebody get in? (distributed guessing, T1110.001)
WITH
  attempts AS (
    SELECT coalesce(user_email_addr, user_name) AS account, coalesce(src_endpoint_ip, src_endpoint_hostname) AS source, time, status = 'Failure' AS failed
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND coalesce(src_endpoint_ip, src_endpoint_hostname) IS NOT NULL
      AND coalesce(user_email_addr, user_name) IS NOT NULL AND NOT endsWith(ifNull(user_name, ''), '$')
  ),
  sources AS (
    SELECT account, source, countIf(failed) AS source_failures, countIf(NOT failed) AS source_successes, minIf(time, NOT failed) AS source_first_success,
      min(time) AS source_first, max(time) AS source_last, minIf(time, failed) AS source_first_failure, maxIf(time, failed) AS source_last_failure
    FROM attempts GROUP BY account, source
  )
SELECT assumeNotNull(account) AS account,
  sum(source_failures) AS failures,
  countIf(source_failures > 0) AS failing_sources,
  countIf(source_failures > 0 AND source_successes = 0) AS only_failing_sources,
  countIf(source_successes > 0) AS succeeding_sources,
  countIf(source_successes > 0 AND source_failures > 0 AND source_first_success > source_first_failure) AS sources_that_got_in,
  toString(minIf(source_first_failure, source_failures > 0)) AS first_failure_time,
  toString(maxIf(source_last_failure, source_failures > 0)) AS last_failure_time,
  arraySlice(arraySort(groupArrayIf(source, source_failures > 0)), 1, 10) AS source_names
FROM sources
GROUP BY account
HAVING only_failing_sources >= {sourceThreshold:UInt32} AND failures >= {failureThreshold:UInt32}
ORDER BY failures DESC, account
LIMIT 2000
