-- Which account signed in for the first time by an old protocol, a device code or a password grant? (ways around the second factor)
WITH
  sign_ins AS (
    SELECT metadata_uid, time, lower(coalesce(user_email_addr, user_name, '')) AS account, ifNull(src_endpoint_ip, '') AS address,
      ifNull(src_endpoint_location_country, '') AS country, is_mfa AS second_factor,
      lower(ifNull(auth_protocol, '')) IN ('devicecode', 'device code', 'ropc', 'password grant') AS is_grant,
      is_grant OR match(lower(ifNull(client_app, '')), '^(imap4?|pop3?|smtp|authenticated smtp|exchange activesync|autodiscover|mapi over http|exchange web services|exchange online powershell|other clients.*)$') AS is_legacy,
      if(is_grant, lower(ifNull(auth_protocol, '')), ifNull(client_app, '')) AS way
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND account != ''
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')))
  ),
  people AS (
    SELECT account, minIf(time, is_legacy) AS first_legacy, min(time) AS first_seen_here,
      arraySort(groupArrayIf((time, metadata_uid, address, country, second_factor, is_grant, way), is_legacy)) AS legacy,
      legacy[1] AS chosen, groupArray((time, address, country, is_legacy)) AS everything,
      arrayFilter(event -> event.1 < first_legacy, everything) AS earlier
    FROM sign_ins GROUP BY account
    HAVING countIf(is_legacy) > 0 AND first_legacy >= toDateTime64({from:String}, 6, 'UTC')
      AND first_legacy >= first_seen_here + toIntervalHour({historyHours:UInt32}) AND length(earlier) >= {leastHistory:UInt32}
  )
SELECT
  account AS entity,
  round(45 + if(chosen.6, 20, 0) + if(chosen.3 != '' AND NOT arrayExists(event -> event.2 = chosen.3, earlier), 20, 0)
    + if(chosen.4 != '' AND NOT arrayExists(event -> event.3 = chosen.4, earlier), 10, 0) + if(ifNull(chosen.5, false), 0, 5), 1) AS score,
  length(legacy) AS n,
  toString(legacy[1].1) AS first_time,
  toString(legacy[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(legacy, 1, 20)) AS event_ids,
  concat(account, ' signed in by ', chosen.7, ' for the first time, after ', toString(length(earlier)), ' sign-ins in other ways',
    if(chosen.3 = '', '', concat('; from ', chosen.3, if(chosen.4 = '', '', concat(' (', chosen.4, ')')))), '; ', toString(length(legacy)), ' in all') AS description,
  arrayFilter(value -> value != '', [account, chosen.3, chosen.7]) AS indicators
FROM people
ORDER BY score DESC, entity
LIMIT 100
