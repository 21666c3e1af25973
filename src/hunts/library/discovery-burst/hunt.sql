-- Which account asked many different questions about system, people and network on one device within minutes? (discovery by built-in commands)
WITH
  starts AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, ifNull(actor_user_name, '') AS person,
      replaceRegexpOne(lower(assumeNotNull(process_name)), '\\.exe$', '') AS program, lower(ifNull(process_cmd_line, '')) AS command, lower(ifNull(parent_process_name, '')) AS parent,
      multiIf(
        program IN ('whoami', 'id'), 'account',
        program IN ('systeminfo', 'hostname', 'ver', 'uname', 'lsb_release', 'wmic') AND NOT match(command, 'shadowcopy|process call create'), 'system',
        program IN ('ipconfig', 'ifconfig', 'route', 'arp', 'netstat', 'nbtstat', 'ss', 'getmac', 'tracert'), 'network',
        program IN ('quser', 'qwinsta', 'query', 'w', 'who', 'last'), 'sessions',
        program IN ('nltest', 'dsquery', 'dsget', 'adfind', 'gpresult', 'setspn', 'csvde', 'ldifde', 'sharphound', 'klist') OR (program IN ('net', 'net1') AND match(command, '/dom|domain admins|enterprise admins')), 'domain',
        program IN ('net', 'net1') AND match(command, '\\s(user|users|group|localgroup|accounts)'), 'accounts and groups',
        program IN ('net', 'net1') AND match(command, '\\s(view|share|use|session)'), 'shares',
        program IN ('tasklist', 'ps', 'qprocess'), 'processes',
        program IN ('sc', 'driverquery', 'auditpol') AND match(command, 'query|list|/get'), 'services', '') AS question,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND process_name IS NOT NULL AND coalesce(device_hostname, device_ip, '') != ''
  ),
  asking AS (
    SELECT device, person, arraySlice(arraySort(groupArray((time, metadata_uid, question, substring(if(command = '', program, command), 1, 120), parent))), 1, 2000) AS asked, max(is_asked) AS any_asked
    FROM starts WHERE question != '' GROUP BY device, person HAVING uniqExact(question) >= {leastQuestions:UInt32}
  ),
  bursts AS (
    SELECT device, person, any_asked,
      arrayReverseSort(burst -> (length(arrayDistinct(arrayMap(event -> event.3, burst))), length(burst), burst[1].2),
        arrayMap(first -> arrayFilter(event -> event.1 >= first.1 AND event.1 <= first.1 + toIntervalMinute({withinMinutes:UInt32}), asked), asked))[1] AS events,
      arraySort(arrayDistinct(arrayMap(event -> event.3, events))) AS questions
    FROM asking WHERE length(questions) >= {leastQuestions:UInt32}
  ),
  combinations AS (SELECT questions, uniqExact(device) AS devices FROM bursts GROUP BY questions)
SELECT
  device AS entity,
  round(greatest(0, 20 + least(45, 9 * length(questions)) + if(has(questions, 'domain'), 15, 0)
    + if(arrayExists(event -> match(event.5, '^(powershell|pwsh|rundll32|regsvr32|mshta|wscript|cscript|wmiprvse|wsmprovhost|w3wp|services|python)'), events), 10, 0)
    - if(devices >= {manyDevices:UInt32}, 40, 0)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(if(person = '', 'Somebody', person), ' asked on ', device, ' about ', arrayStringConcat(questions, ', '), ' by ', toString(length(events)), ' commands within ',
    toString(greatest(1, dateDiff('minute', events[1].1, events[-1].1))), ' minutes') AS description,
  arraySlice(arrayDistinct(arrayMap(event -> event.4, events)), 1, 8) AS indicators
FROM bursts GLOBAL INNER JOIN combinations USING (questions)
WHERE any_asked
ORDER BY score DESC, entity, person
LIMIT 100
