-- Which sources failed to sign in, how often, as whom, and did they get in? (brute force T1110.001, spraying T1110.003)
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
    SELECT coalesce(src_endpoint_ip, src_endpoint_hostname) AS source, time, ifNull(lower(coalesce(user_email_addr, user_name)), '') AS account,
      coalesce(dst_endpoint_hostname, device_hostname) AS target, service_name AS service, lower(ifNull(status_detail, '')) AS detail,
      outcome_of(ifNull(status, ''), ifNull(auth_protocol, ''), detail) AS outcome
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND (status IN ('Success', 'Failure') OR (status IS NULL AND asks_second_factor(lower(ifNull(status_detail, ''))))) AND coalesce(src_endpoint_ip, src_endpoint_hostname) IS NOT NULL
      AND coalesce(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1') AND NOT match(ifNull(user_name, ''), '\\$(@|$)')
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
  ),
  suspects AS (
    SELECT cityHash64(source) AS source_hash FROM attempts GROUP BY source_hash HAVING countIf(outcome = 'failed') >= {failureThreshold:UInt32}
  ),
  by_account AS (
    SELECT source, account,
      countIf(outcome = 'failed') AS account_failures,
      countIf(outcome = 'in') AS account_successes,
      countIf(outcome = 'second factor') AS account_second_factors,
      minIf(time, outcome = 'failed') AS account_first_failure,
      maxIf(time, outcome = 'failed') AS account_last_failure,
      minIf(time, outcome IN ('in', 'second factor')) AS account_first_entry,
      groupUniqArrayIf(toDate(time), outcome IN ('in', 'second factor')) AS account_entry_days,
      sumMapIf([toStartOfHour(time)], [1], outcome = 'failed') AS account_hours,
      countIf(outcome = 'failed' AND names_nobody(detail)) AS account_unknown,
      groupUniqArrayIf(target, outcome = 'failed' AND isNotNull(target)) AS account_targets,
      groupUniqArrayIf(service, outcome = 'failed' AND isNotNull(service)) AS account_services,
      -- The password was found here: failures first, and no day before on which this source was a way in.
      account_failures > 0 AND account_successes + account_second_factors > 0 AND account_first_entry > account_first_failure
        AND length(account_entry_days) <= 1 AS is_entered,
      -- Or the first password tried was the right one, while the source was failing at others: only a spray does that to somebody's account.
      account_failures = 0 AND account_successes + account_second_factors > 0 AND length(account_entry_days) <= 1 AS is_fresh
    FROM attempts WHERE cityHash64(source) GLOBAL IN (SELECT source_hash FROM suspects) GROUP BY source, account
  ),
  beginnings AS (SELECT source, minIf(account_first_failure, account_failures > 0) AS first_failure FROM by_account GROUP BY source),
  judged AS (
    SELECT by_account.*, is_fresh AND account_first_entry > beginnings.first_failure AS is_first_try
    FROM by_account GLOBAL INNER JOIN beginnings ON beginnings.source = by_account.source
  ),
  sources AS (
    SELECT source,
      sum(account_failures) AS failures,
      sum(account_successes) AS successes,
      sum(account_second_factors) AS second_factors,
      sum(account_unknown) AS unknown_accounts,
      length(arrayDistinct(arrayFlatten(groupArray(account_entry_days)))) AS success_days,
      arrayMax(sumMap(account_hours.1, account_hours.2).2) AS busiest_hour,
      countIf(account_failures > 0) AS failed_accounts,
      countIf(account_failures > 0 AND account_successes + account_second_factors = 0) AS only_failed_accounts,
      countIf(account_successes > 0) AS succeeded_accounts,
      countIf(is_entered) AS entered_accounts,
      countIf(is_entered AND account_failures >= {guessThreshold:UInt32}) AS guessed_accounts,
      countIf(is_first_try) AS first_try_accounts,
      countIf((is_entered OR is_first_try) AND account_successes = 0) AS stopped_accounts,
      maxIf(account_failures, is_entered) AS failures_before_entry,
      arraySlice(arraySort(groupArrayIf(account, is_entered AND account_failures >= {guessThreshold:UInt32})), 1, 10) AS guessed_names,
      arraySlice(arraySort(groupArrayIf(account, is_entered)), 1, 10) AS entered_names,
      arraySlice(arraySort(groupArrayIf(account, is_first_try)), 1, 10) AS first_try_names,
      quantileExactIf(0.5)(account_failures, account_failures > 0) AS failures_each,
      arraySlice(arraySort(groupArrayIf(account, account_failures > 0 AND account != '')), 1, 10) AS account_names,
      arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(account_targets)))), 1, 5) AS target_names,
      arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(account_services)))), 1, 5) AS service_names,
      toString(minIf(account_first_failure, account_failures > 0)) AS first_failure_time,
      toString(maxIf(account_last_failure, account_failures > 0)) AS last_failure_time
    FROM judged GROUP BY source
  ),
  -- Of the accounts whose password was found: those that signed in from another source before, so that this one is new to them.
  usual_ways AS (
    SELECT judged.source AS source, uniqExactIf(judged.account, judged.is_entered) AS known_accounts, uniqExactIf(judged.account, judged.is_first_try) AS known_first_tries
    FROM judged
    GLOBAL INNER JOIN (
      SELECT account, source AS other_source, min(time) AS first_success FROM attempts
      WHERE outcome = 'in' AND account GLOBAL IN (SELECT account FROM judged WHERE is_entered OR is_first_try) GROUP BY account, other_source
    ) AS elsewhere ON elsewhere.account = judged.account
    WHERE elsewhere.other_source != judged.source
      AND ((judged.is_entered AND elsewhere.first_success < judged.account_first_failure) OR (judged.is_first_try AND elsewhere.first_success < judged.account_first_entry))
    GROUP BY source
  )
SELECT assumeNotNull(sources.source) AS source, failures, successes, second_factors, unknown_accounts, success_days, busiest_hour, failed_accounts,
  only_failed_accounts, succeeded_accounts, entered_accounts, guessed_accounts, stopped_accounts, failures_before_entry, guessed_names, entered_names,
  failures_each, account_names, target_names, service_names, first_failure_time, last_failure_time, usual_ways.known_accounts AS known_accounts, first_try_accounts, first_try_names, usual_ways.known_first_tries AS known_first_tries,
  isNotNull(toIPv6OrNull(sources.source)) AS is_address,
  is_address AND arrayExists(network -> isIPAddressInRange(if(is_address, assumeNotNull(sources.source), '::'), network), {internal:Array(String)}) AS is_internal
FROM sources
GLOBAL LEFT JOIN usual_ways ON usual_ways.source = sources.source
ORDER BY failures DESC, source
LIMIT 5000
