-- Who refused or ignored the second factor again and again and then was let in? (Prompt bombing, ATT&CK T1621; 500121 is the result of a
-- sign-in that failed at the second factor.)
WITH
  attempts AS (
    SELECT metadata_uid, time, lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS person, ifNull(src_endpoint_ip, '') AS ip, status = 'Success' AS succeeded,
      status = 'Failure' AND (status_code = '500121' OR match(concat(ifNull(status_detail, ''), ' ', ifNull(mfa_detail, '')),
        '(?i)mfa (denied|declined|rejected)|declined the authentication|during strong authentication|(push|prompt|notification|verification).{0,40}(denied|declined|rejected|ignored|expired|timed? ?out)|did not (approve|respond)|reported (as )?fraud|fraud alert')) AS refused
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND coalesce(user_email_addr, user_name) IS NOT NULL AND ifNull(is_interactive, true)
  ),
  prompted AS (SELECT person FROM attempts WHERE refused GROUP BY person HAVING count() >= {leastRefusals:UInt32}),
  people AS (
    SELECT assumeNotNull(person) AS who, arraySort(groupArrayIf((time, metadata_uid, ip), refused)) AS refusals, arraySort(groupArrayIf((time, metadata_uid, ip), succeeded)) AS successes,
      arrayMap(success -> (success, arrayFilter(refusal -> refusal.1 <= success.1 AND refusal.1 >= success.1 - toIntervalMinute({promptMinutes:UInt32}), refusals)), successes) AS approvals,
      -- The first success after the most refusals is the approval.
      arraySort(approval -> (-toInt64(length(approval.2)), approval.1), arrayFilter(approval -> length(approval.2) >= {leastRefusals:UInt32}, approvals))[1] AS worst
    FROM attempts WHERE person GLOBAL IN (SELECT person FROM prompted)
    GROUP BY who HAVING notEmpty(worst.2)
  )
SELECT who AS person, length(worst.2) AS refusals_before, toString(worst.2[1].1) AS first_time, toString(worst.1.1) AS approved_time, worst.1.3 AS address,
  arrayExists(refusal -> refusal.3 = worst.1.3, worst.2) AS is_prompting_address, arrayExists(earlier -> earlier.3 = worst.1.3 AND earlier.1 < worst.2[1].1, successes) AS is_known_address,
  arrayConcat(arrayMap(refusal -> refusal.2, arraySlice(worst.2, 1, 30)), [worst.1.2]) AS event_uids
FROM people
ORDER BY refusals_before DESC, person
LIMIT 500
