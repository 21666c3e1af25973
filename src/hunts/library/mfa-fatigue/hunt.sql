-- Which account refused its second factor again and again and then approved it? (prompt bombing)
WITH
  attempts AS (
    SELECT metadata_uid, time, lower(coalesce(user_email_addr, user_name, '')) AS account, ifNull(src_endpoint_ip, '') AS address,
      status = 'Success' AS succeeded,
      status = 'Failure' AND (status_code = '500121' OR match(concat(ifNull(status_detail, ''), ' ', ifNull(mfa_detail, '')),
        '(?i)mfa (denied|declined|rejected)|declined the authentication|during strong authentication|(push|prompt|notification|verification).{0,40}(denied|declined|rejected|ignored|expired|timed? ?out)|did not (approve|respond)|reported (as )?fraud|fraud alert')) AS refused
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND account != ''
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')))
  ),
  prompted AS (
    SELECT cityHash64(account) AS person FROM attempts WHERE refused AND time >= toDateTime64({from:String}, 6, 'UTC')
    GROUP BY person HAVING count() >= {leastDenials:UInt32}
  ),
  people AS (
    SELECT account, arraySort(groupArrayIf((time, metadata_uid, address), refused)) AS refusals,
      arraySort(groupArrayIf((time, metadata_uid, address), succeeded)) AS successes,
      arrayMap(success -> (success,
          arrayFilter(refusal -> refusal.1 <= success.1 AND refusal.1 >= success.1 - toIntervalMinute({withinMinutes:UInt32}), refusals)),
        arrayFilter(success -> success.1 >= toDateTime64({from:String}, 6, 'UTC'), successes)) AS approvals,
      arrayReverseSort(approval -> length(approval.2), arrayFilter(approval -> length(approval.2) >= {leastDenials:UInt32}, approvals))[1] AS worst
    FROM attempts WHERE cityHash64(account) GLOBAL IN (SELECT person FROM prompted)
    GROUP BY account HAVING notEmpty(worst.2)
  ),
  judged AS (
    SELECT account, worst.1 AS success, worst.2 AS before,
      arrayExists(earlier -> earlier.3 = success.3 AND earlier.1 < before[1].1, successes) AS is_usual_place,
      success.3 != '' AND arrayExists(refusal -> refusal.3 = success.3, before) AS is_prompting_place
    FROM people
  )
SELECT
  account AS entity,
  round(greatest(0, 40 + 30 * least(1, length(before) / 12) + if(is_prompting_place, 10, 0) + multiIf(success.3 = '', 0, is_usual_place, -20, 20)), 1) AS score,
  length(before) + 1 AS n,
  toString(before[1].1) AS first_time,
  toString(success.1) AS last_time,
  arrayConcat(arrayMap(refusal -> refusal.2, arraySlice(before, 1, 19)), [success.2]) AS event_ids,
  concat(account, ' refused or ignored ', toString(length(before)), ' prompts in ', toString(dateDiff('minute', before[1].1, success.1)),
    ' minutes and was then let in', if(success.3 = '', '', concat(' from ', success.3, if(is_usual_place, ', which it had used before', ', which it had not used before')))) AS description,
  arrayFilter(value -> value != '', [account, success.3]) AS indicators
FROM judged
ORDER BY score DESC, entity
LIMIT 100
