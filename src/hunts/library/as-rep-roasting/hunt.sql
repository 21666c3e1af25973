-- Which device asked for first tickets of many accounts that it then did not sign in as, or got them with RC4? (AS-REP roasting and name guessing)
WITH
  requests AS (
    SELECT metadata_uid, time, lower(assumeNotNull(user_name)) AS account, assumeNotNull(src_endpoint_ip) AS source, status = 'Success' AS succeeded,
      match(lower(ifNull(authentication_token_encryption_details_algorithm, '')), 'rc4|arcfour|0x17|0x18') AS is_rc4,
      status = 'Failure' AND match(concat(lower(ifNull(status_detail, '')), ' ', lower(ifNull(status_code, ''))), 'pre-?auth|0x19\\b') AS wants_proof,
      status = 'Failure' AND match(concat(lower(ifNull(status_detail, '')), ' ', lower(ifNull(status_code, ''))), 'no such user|c_principal_unknown|0x6\\b') AS is_nobody
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Authentication Ticket', 'Preauth') AND user_name IS NOT NULL AND src_endpoint_ip IS NOT NULL
      AND src_endpoint_ip NOT IN ('127.0.0.1', '::1') AND NOT endsWith(user_name, '$')
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, ''))
        OR src_endpoint_ip GLOBAL IN (SELECT src_endpoint_ip FROM authentication
          WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND activity_name IN ('Authentication Ticket', 'Preauth')
            AND (has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, '')))))
  ),
  days AS (
    SELECT source, countIf(accounts >= {leastAccounts:UInt32}) AS busy_days_before FROM (
      SELECT source, toDate(time) AS day, uniqExact(account) AS accounts FROM requests WHERE time < toDateTime64({from:String}, 6, 'UTC') GROUP BY source, day)
    GROUP BY source
  ),
  spans AS (
    SELECT source, toStartOfInterval(time, toIntervalMinute({withinMinutes:UInt32})) AS span, account, max(succeeded) AS signed_in, max(is_rc4 AND succeeded) AS rc4, max(wants_proof) AS proof, max(is_nobody) AS nobody,
      arraySlice(arraySort(groupArray((time, metadata_uid))), 1, 3) AS account_events, max(time) AS last_request, count() AS account_requests
    FROM requests WHERE time >= toDateTime64({from:String}, 6, 'UTC') GROUP BY source, span, account
  ),
  sources AS (
    SELECT source, span, count() AS accounts, countIf(NOT signed_in AND (proof OR nobody)) AS left_alone, countIf(rc4) AS with_rc4, countIf(nobody) AS unknown_names, sum(account_requests) AS made,
      arraySort(arrayFlatten(groupArray(account_events))) AS events, max(last_request) AS last_one, arraySlice(arraySort(groupArray(account)), 1, 8) AS names
    FROM spans GROUP BY source, span
    HAVING accounts >= {leastAccounts:UInt32} AND (left_alone > 0 OR with_rc4 > 0)
  )
SELECT
  sources.source AS entity,
  round(greatest(0, 25 + 25 * least(1, log10(accounts) / 2) + 25 * left_alone / accounts + 25 * with_rc4 / accounts + if(unknown_names > 0, 10, 0)
    - if(ifNull(busy_days_before, 0) >= {usualDays:UInt32}, 35, 0)), 1) AS score,
  made AS n,
  toString(events[1].1) AS first_time,
  toString(last_one) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(sources.source, ' asked for the first ticket of ', toString(accounts), ' accounts from ', formatDateTime(span, '%F %H:%i', 'UTC'), ' on; ', toString(left_alone),
    ' were refused and not signed in, ', toString(unknown_names), ' do not exist, ', toString(with_rc4), ' came with RC4') AS description,
  arrayConcat([sources.source], names) AS indicators
FROM sources GLOBAL LEFT JOIN days ON days.source = sources.source
ORDER BY score DESC, entity, span
LIMIT 100
