-- Who added accounts, credentials, roles or trusts, for whom that is unusual? (account manipulation and creation, in the cloud and on devices)
WITH
  acts AS (
    SELECT metadata_uid, time, lower(coalesce(actor_user_name, actor_user_uid, '')) AS person, assumeNotNull(api_operation) AS what, coalesce(target_user_name, resource_name, resource_uid, '') AS target, ifNull(detail, '') AS parameters,
      multiIf(
        match(what, '(?i)certificates and secrets management|add service principal credentials|update service principal credentials|createaccesskey|uploadsigningcertificate|createservicespecificcredential|createserviceaccountkey|addpassword|addkey'), 'secret or key',
        match(what, '(?i)set domain authentication|set federation settings|createsamlprovider|updatesamlprovider|createopenidconnectprovider|add partner to company|updateassumerolepolicy'), 'federation or trust',
        match(what, '(?i)add member to role|add eligible member to role|add app role assignment to service principal') OR (match(what, '(?i)^(attach(user|role|group)policy|put(user|role|group)policy|createpolicyversion|setiampolicy)') AND match(parameters, '(?i)administratoraccess|\\*:\\*|"action"\\s*:\\s*\\[?"\\*|iamfullaccess|poweruser|roles/(owner|editor)')), 'role with wide rights',
        match(what, '(?i)^(createuser|createloginprofile|updateloginprofile|add user|invite external user|createrole|add service principal|add application)\\.?$'), 'new account',
        match(what, '(?i)addusertogroup|add member to group') AND match(concat(parameters, ' ', ifNull(resource_name, '')), '(?i)admin|power'), 'group of administrators', '') AS kind,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, ifNull(actor_user_uid, '')) OR has({entities:Array(String)}, ifNull(target_user_name, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) AS is_asked
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC') AND api_operation IS NOT NULL AND ifNull(status, 'Success') != 'Failure'
    UNION ALL
    SELECT metadata_uid, time, lower(coalesce(actor_user_name, device_hostname, '')), substringUTF8(replaceRegexpOne(assumeNotNull(process_cmd_line), '(?i)(\\suser\\s+\\S+\\s+)[^/\\s]\\S*', '\\1***'), 1, 160), coalesce(device_hostname, ''), '',
      multiIf(
        match(process_cmd_line, '(?i)net1?(\\.exe)?"?\\s+(localgroup|group)\\s+("[^"]*admin[^"]*"|\\S*admin\\S*)\\s+\\S+.*\\s/add|add-(localgroupmember|adgroupmember).{0,80}admin|usermod\\s.*(-aG|-G)\\s+\\S*(sudo|wheel|admin)'), 'group of administrators',
        match(process_cmd_line, '(?i)net1?(\\.exe)?"?\\s+user\\s+\\S+\\s+.*\\s?/add|new-(localuser|aduser)\\b|\\b(useradd|adduser)\\s+\\S'), 'new account', ''),
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, ''))
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC') AND process_cmd_line IS NOT NULL
  ),
  people AS (
    SELECT person, uniqExactIf(toDate(time), time < toDateTime64({from:String}, 6, 'UTC')) AS days_before, arraySort(groupArrayIf((time, metadata_uid, kind, what, target), time >= toDateTime64({from:String}, 6, 'UTC'))) AS events,
      arraySort(arrayDistinct(arrayMap(event -> event.3, events))) AS kinds, max(is_asked) AS any_asked
    FROM acts WHERE kind != '' AND person != '' GROUP BY person HAVING notEmpty(events)
  )
SELECT
  person AS entity,
  round(least(100, 5 + arrayMax(kind -> transform(kind, ['secret or key', 'federation or trust', 'role with wide rights', 'group of administrators', 'new account'], [50, 50, 45, 45, 30], 0), kinds)
    + 12 * (length(kinds) - 1) + if(days_before >= {usualDays:UInt32}, -25, 15)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(person, ' added: ', arrayStringConcat(kinds, ', '), ' (', toString(length(events)), if(length(events) = 1, ' act', ' acts'), '; did so on ', toString(days_before), ' days before); first: ', events[1].4,
    if(events[1].5 = '', '', concat(' for ', substringUTF8(events[1].5, 1, 120)))) AS description,
  arraySlice(arrayDistinct(arrayFilter(value -> value != '', arrayFlatten(arrayMap(event -> [event.4, substringUTF8(event.5, 1, 120)], events)))), 1, 10) AS indicators,
  arraySort(arrayDistinct(arrayMap(kind -> transform(kind, ['secret or key', 'role with wide rights', 'new account'], ['T1098.001', 'T1098.003', 'T1136'], 'T1098'), kinds))) AS techniques
FROM people
WHERE any_asked
ORDER BY score DESC, entity
LIMIT 100
