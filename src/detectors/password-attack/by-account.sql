-- Which accounts were tried from many sources, few times from each, and did somebody get in? (distributed guessing, T1110.001)
WITH
  -- reading a result: a password is wrong (or the name is); or it was right and a second factor is asked for; all else says nothing of passwords
  (detail -> match(detail, 'strong auth|multi.?factor|second factor|two.?factor|\\bmfa\\b|one.?time (code|password)')) AS asks_second_factor,
  (detail -> match(detail, 'preauth_failed|wrong password|c_principal_unknown|no such user|client_revoked|locked out')) AS is_kerberos_refusal,
  (detail -> match(detail, 'pre-?auth\\w*.required|conditional access|consent|interrupt|session|expired|must be changed|clock|not granted|restriction|permitted hours|logon server|not from this workstation|trust between|licen[cs]e|terms of use|token|certificate|compliant|managed device')) AS is_other_failure,
  (detail -> match(detail, 'unknown user|invalid user\\b|no such user|does not exist|c_principal_unknown')) AS names_nobody,
  ((status, protocol, detail) -> multiIf(status = 'Success', 'in', asks_second_factor(detail), 'second factor',
    protocol = 'Kerberos', if(is_kerberos_refusal(detail), 'failed', 'other'), is_other_failure(detail), 'other', 'failed')) AS outcome_of,
  -- end of reading a result
  attempts AS (
    SELECT lower(coalesce(user_email_addr, user_name)) AS account, coalesce(src_endpoint_ip, src_endpoint_hostname) AS source, time,
      coalesce(dst_endpoint_hostname, device_hostname) AS target, lower(ifNull(status_detail, '')) AS detail,
      outcome_of(ifNull(status, ''), ifNull(auth_protocol, ''), detail) AS outcome
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (status IN ('Success', 'Failure') OR (status IS NULL AND asks_second_factor(lower(ifNull(status_detail, ''))))) AND coalesce(src_endpoint_ip, src_endpoint_hostname) IS NOT NULL
      AND coalesce(user_email_addr, user_name) IS NOT NULL AND NOT match(ifNull(user_name, ''), '\\$(@|$)')
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  targets AS (
    SELECT cityHash64(account) AS account_hash FROM attempts WHERE outcome = 'failed' GROUP BY account_hash
    HAVING count() >= {failureThreshold:UInt32} AND uniqExact(source) >= {sourceThreshold:UInt32}
  ),
  by_source AS (
    SELECT account, source,
      countIf(outcome = 'failed') AS source_failures,
      countIf(outcome = 'in') AS source_successes,
      uniqExactIf(toDate(time), outcome = 'in') AS source_success_days,
      minIf(time, outcome = 'in') AS source_first_success,
      minIf(time, outcome = 'failed') AS source_first_failure,
      maxIf(time, outcome = 'failed') AS source_last_failure,
      countIf(outcome = 'failed' AND names_nobody(detail)) AS source_unknown,
      groupUniqArrayIf(target, outcome = 'failed' AND isNotNull(target)) AS source_targets,
      groupUniqArrayIf(toDate(time), outcome = 'failed') AS source_failure_days
    FROM attempts WHERE cityHash64(account) GLOBAL IN (SELECT account_hash FROM targets) GROUP BY account, source
  )
SELECT assumeNotNull(account) AS account,
  sum(source_failures) AS failures,
  countIf(source_failures > 0) AS failing_sources,
  countIf(source_failures > 0 AND source_successes = 0) AS only_failing_sources,
  sum(source_successes) AS successes,
  countIf(source_failures >= {guessThreshold:UInt32} AND source_successes > 0 AND source_first_success > source_first_failure AND source_success_days <= 1)
    AS sources_that_got_in,
  sum(source_unknown) AS unknown_accounts,
  length(arrayDistinct(arrayFlatten(groupArray(source_failure_days)))) AS failure_days,
  toString(minIf(source_first_failure, source_failures > 0)) AS first_failure_time,
  toString(maxIf(source_last_failure, source_failures > 0)) AS last_failure_time,
  arraySlice(arrayMap(pair -> assumeNotNull(pair.2), arraySort(groupArrayIf((-toInt64(source_failures), source), source_failures > 0 AND source_successes = 0))), 1, 10)
    AS source_names,
  arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(source_targets)))), 1, 5) AS target_names
FROM by_source
GROUP BY account
HAVING only_failing_sources >= {sourceThreshold:UInt32} AND failures >= {failureThreshold:UInt32}
ORDER BY failures DESC, account
LIMIT 2000
