-- Which of the system's own programs called an address outside that hardly anybody else calls? (LOLBAS project; rarity of destinations.)
WITH
  (name -> lower(if(isIPv4String(name) OR isIPv6String(name), name, splitByChar('.', name)[1]))) AS short_name,
  calls AS (
    SELECT time AS call_time, metadata_uid AS uid, short_name(coalesce(device_hostname, device_ip, src_endpoint_ip, '')) AS device, assumeNotNull(dst_endpoint_ip) AS address, ifNull(dst_endpoint_port, 0) AS port,
      ifNull(coalesce(tls_sni, dst_endpoint_hostname), '') AS host, ifNull(actor_process_name, '') AS program, substring(ifNull(actor_process_cmd_line, ''), 1, 400) AS command, lower(ifNull(actor_user_name, '')) AS account,
      ifNull(actor_process_uid, '') AS process,
      match(program, '(?i)^(rundll32|regsvr32|mshta|installutil|msbuild|regasm|regsvcs|odbcconf|hh|cmstp|certutil|bitsadmin|finger|wscript|cscript|wmic|powershell|pwsh|notepad|dllhost|werfault|cmd|msiexec)(\\.exe)?$') AS is_system
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND dst_endpoint_ip IS NOT NULL AND actor_process_name IS NOT NULL
      AND ifNull(activity_name, '') NOT IN ('Listen', 'Refuse', 'Close') AND ifNull(connection_info_direction, 'Outbound') != 'Inbound'
  ),
  addresses AS (
    SELECT address, uniqExact(device) AS address_devices, uniqExact(toDate(call_time)) AS address_days FROM calls
    WHERE address GLOBAL IN (SELECT address FROM calls WHERE is_system) GROUP BY address
    HAVING address_devices <= {mostDevices:UInt32} AND NOT arrayExists(network -> isIPAddressInRange(if(isIPv4String(address) OR isIPv6String(address), address, '255.255.255.255'), network), {internal:Array(String)})
  )
SELECT calls.device AS device, calls.program AS program, calls.address AS destination, max(calls.host) AS destination_name, max(calls.port) AS destination_port,
  toString(min(calls.call_time)) AS first_seen, toString(max(calls.call_time)) AS last_seen, count() AS events, uniqExact(toDate(calls.call_time)) AS days,
  argMin((calls.account, calls.command), (calls.call_time, calls.uid)) AS example, max(addresses.address_devices) AS estate_devices,
  arraySlice(arraySort(groupUniqArrayIf(calls.process, calls.process != '')), 1, 10) AS processes,
  arraySlice(arrayMap(event -> event.2, arraySort(groupArray((calls.call_time, calls.uid)))), 1, 10) AS uids,
  arraySlice(arrayMap(event -> toString(event.1), arraySort(groupArray((calls.call_time, calls.uid)))), 1, 40) AS moments
FROM calls GLOBAL INNER JOIN addresses ON addresses.address = calls.address
WHERE calls.is_system AND calls.device != ''
GROUP BY device, program, destination
ORDER BY estate_devices, first_seen, device, program, destination
LIMIT 2000
