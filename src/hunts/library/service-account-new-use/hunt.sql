-- Which account of a program was used by hand for the first time? (valid domain accounts; logon types 2, 7, 10, 11 after 4 and 5)
WITH
  sign_ins AS (
    SELECT metadata_uid, time, lower(assumeNotNull(user_name)) AS account, assumeNotNull(logon_type) AS kind,
      kind IN ('Interactive', 'Remote Interactive', 'Cached Interactive', 'Cached Remote Interactive', 'Unlock') AS by_hand,
      kind IN ('OS Service', 'Batch') AS as_program,
      coalesce(src_endpoint_ip, src_endpoint_hostname, '') AS source, ifNull(device_hostname, '') AS device
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status = 'Success' AND logon_type IS NOT NULL AND user_name IS NOT NULL AND NOT endsWith(user_name, '$')
      AND NOT match(user_name, '(?i)^(system|local service|network service|anonymous logon|dwm-|umfd-|-)')
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(user_name, '')) OR has({entities:Array(String)}, ifNull(user_email_addr, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_hostname, '')) OR has({entities:Array(String)}, ifNull(device_hostname, '')))
  ),
  accounts AS (
    SELECT account, minIf(time, by_hand) AS first_by_hand,
      arraySort(groupArrayIf((time, metadata_uid, source, device, kind), by_hand)) AS hands, hands[1] AS chosen,
      arraySort(groupArray((time, as_program, source))) AS everything,
      arrayFilter(event -> event.1 < first_by_hand, everything) AS before,
      arrayCount(event -> event.2, before) AS program_logons,
      program_logons >= {leastServiceLogons:UInt32} AND program_logons >= {leastShareService:Float64} * length(before) AS acts_as_program,
      match(account, {namePattern:String}) AS is_named_so
    FROM sign_ins GROUP BY account
    HAVING countIf(by_hand) > 0 AND first_by_hand >= toDateTime64({from:String}, 6, 'UTC') AND (acts_as_program OR (is_named_so AND notEmpty(before)))
  )
SELECT
  account AS entity,
  round(35 + if(acts_as_program, 25, 0) + if(is_named_so, 10, 0) + if(position(chosen.5, 'Remote') > 0, 10, 0)
    + if(chosen.3 != '' AND NOT arrayExists(event -> event.3 = chosen.3, before), 15, 0), 1) AS score,
  length(hands) AS n,
  toString(hands[1].1) AS first_time,
  toString(hands[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(hands, 1, 20)) AS event_ids,
  concat(account, ' signed in by hand (', chosen.5, ') for the first time', if(chosen.4 = '', '', concat(' on ', chosen.4)), if(chosen.3 = '', '', concat(' from ', chosen.3)),
    ', after ', toString(length(before)), ' sign-ins, ', toString(program_logons), ' of them as a service or batch job') AS description,
  arrayFilter(value -> value != '', [account, chosen.4, chosen.3]) AS indicators
FROM accounts
ORDER BY score DESC, entity
LIMIT 100
