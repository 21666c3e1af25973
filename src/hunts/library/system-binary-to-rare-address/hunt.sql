-- Which system program connected to an outside address that few devices reach? (living off the land; destination rarity)
WITH
  calls AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, src_endpoint_ip, '') AS device, assumeNotNull(dst_endpoint_ip) AS address,
      dst_endpoint_port AS port, ifNull(actor_process_name, '') AS program, ifNull(actor_process_cmd_line, '') AS command, ifNull(actor_user_name, '') AS person,
      multiIf(match(lower(program), '^(rundll32|regsvr32|mshta|installutil|msbuild|regasm|regsvcs|odbcconf|hh|cmstp|msxsl|certutil|bitsadmin|desktopimgdownldr|finger)(\\.exe)?$'), 35,
        match(lower(program), '^(wscript|cscript|wmic|msiexec|notepad|calc|dllhost|werfault|cmd)(\\.exe)?$'), 25,
        match(lower(program), '^(powershell|pwsh|powershell_ise|curl|ftp|ssh)(\\.exe)?$'), 15, 0) AS weight,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, address) AS is_asked
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL
      AND activity_name IN ('Traffic', 'Open', 'Refuse') AND coalesce(device_hostname, device_ip, src_endpoint_ip, '') != ''
  ),
  addresses AS (
    SELECT address, uniqExact(device) AS devices FROM calls
    WHERE address GLOBAL IN (SELECT address FROM calls WHERE weight > 0 AND is_asked) GROUP BY address
    HAVING devices <= {mostDevices:UInt32} AND NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '::'), network), {internal:Array(String)})
  ),
  grouped AS (
    SELECT calls.device AS place, calls.program AS binary, calls.address AS remote, count() AS made, arraySort(groupArray((calls.time, calls.metadata_uid))) AS events,
      max(calls.weight) AS binary_weight, max(devices) AS reached_by, arraySort(groupUniqArrayIf(toString(port), port IS NOT NULL)) AS ports,
      min(ifNull(port, 443) NOT IN (53, 80, 123, 443)) AS is_odd_port, argMin((calls.command, calls.person), (calls.time, calls.metadata_uid)) AS first_call
    FROM calls GLOBAL INNER JOIN addresses ON addresses.address = calls.address
    WHERE calls.weight > 0 AND calls.is_asked
    GROUP BY place, binary, remote
  )
SELECT
  place AS entity,
  round(25 + binary_weight + if(reached_by = 1, 15, 0) + if(is_odd_port, 10, 0) + if(made >= 5, 10, 0), 1) AS score,
  made AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(binary, ' on ', place, if(first_call.2 = '', '', concat(' as ', first_call.2)), ' connected to ', remote, if(empty(ports), '', concat(' port ', arrayStringConcat(arraySlice(ports, 1, 5), ', '))),
    ' ', toString(made), if(made = 1, ' time; ', ' times; '), toString(reached_by), if(reached_by = 1, ' device reaches it', ' devices reach it'),
    if(first_call.1 = '', '', concat(': ', substringUTF8(first_call.1, 1, 160)))) AS description,
  arrayFilter(value -> value != '', [remote, binary, substringUTF8(first_call.1, 1, 160)]) AS indicators
FROM grouped
ORDER BY score DESC, entity, binary, remote
LIMIT 100
