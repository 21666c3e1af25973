-- Which host had which address of the estate, day by day? Movement is told by names in some logs and by addresses in others.
-- origin: 0 the host says so itself, 1 an event names both, 2 a DNS answer. A sensor is believed about its own end of a TCP connection
-- only: with datagrams it may write the ends the other way round. A host that logs names but no address of its own is found by the
-- connection that its logon came over: the same address and port of the caller, begun up to five minutes before.
WITH
  logons AS (
    SELECT lower(assumeNotNull(device_hostname)) AS hostname, assumeNotNull(src_endpoint_ip) AS caller, assumeNotNull(src_endpoint_port) AS port, time
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name = 'Logon' AND logon_type IN ('Network', 'Network Cleartext', 'Remote Interactive')
      AND isNotNull(device_hostname) AND isNotNull(src_endpoint_ip) AND isNotNull(src_endpoint_port) AND src_endpoint_ip NOT IN ('127.0.0.1', '::1')
    ORDER BY hostname, time, caller, port
    LIMIT 50 BY hostname
  ),
  carried AS (
    SELECT logons.hostname AS hostname, connections.target AS ip, logons.time AS time
    FROM logons
    GLOBAL INNER JOIN (
      SELECT assumeNotNull(src_endpoint_ip) AS caller, assumeNotNull(src_endpoint_port) AS port, dst_endpoint_ip AS target, time AS begun
      FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
        AND isNotNull(src_endpoint_ip) AND isNotNull(src_endpoint_port) AND isNotNull(dst_endpoint_ip) AND ifNull(connection_info_protocol_name, 'tcp') = 'tcp'
        AND cityHash64(assumeNotNull(src_endpoint_ip), assumeNotNull(src_endpoint_port)) GLOBAL IN (SELECT cityHash64(caller, port) FROM logons)
    ) AS connections ON connections.caller = logons.caller AND connections.port = logons.port
    WHERE dateDiff('second', connections.begun, logons.time) BETWEEN -5 AND 300
  ),
  sightings AS (
    SELECT 0 AS trust, device_hostname AS hostname,
      coalesce(device_ip, if(connection_info_protocol_name != 'tcp', NULL, multiIf(connection_info_direction = 'Inbound', dst_endpoint_ip, connection_info_direction = 'Outbound', src_endpoint_ip, NULL))) AS ip, time
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(device_hostname)
    UNION ALL
    SELECT 0, device_hostname, device_ip, time FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(device_ip)
    UNION ALL
    SELECT 0, device_hostname, device_ip, coalesce(last_seen_time, time) FROM device_inventory
    UNION ALL
    SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(src_endpoint_hostname) AND ifNull(status, '') != 'Failure'
    UNION ALL
    SELECT 1, coalesce(dst_endpoint_hostname, device_hostname), dst_endpoint_ip, time FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(dst_endpoint_ip)
      AND ifNull(activity_name, '') = 'Logon'
    UNION ALL
    SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(src_endpoint_hostname)
      AND src_endpoint_hostname != ifNull(device_hostname, '')
    UNION ALL
    SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(dst_endpoint_hostname)
      AND dst_endpoint_hostname != ifNull(device_hostname, '') AND dst_endpoint_port IN (22, 135, 139, 445, 3389, 5985, 5986)
    UNION ALL
    SELECT 1, dst_endpoint_hostname, dst_endpoint_ip, time FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(dst_endpoint_hostname)
    UNION ALL
    SELECT 1, src_endpoint_hostname, src_endpoint_ip, time FROM rdp_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND isNotNull(src_endpoint_hostname)
    UNION ALL
    SELECT 1, hostname, ip, time FROM carried
    UNION ALL
    SELECT 2, query_hostname, arrayJoin(answers), time FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  ),
  days AS (
    SELECT lower(assumeNotNull(hostname)) AS host, assumeNotNull(ip) AS address, toDate(time) AS day,
      -- What is no address is given one that no network has: the engine may ask for the network before it leaves a row out.
      if(isIPv4String(address) OR isIPv6String(address), address, '255.255.255.255') AS safe_address, min(trust) AS best_trust, min(time) AS first_time, max(time) AS last_time, count() AS sighting_count
    FROM sightings
    WHERE isNotNull(hostname) AND hostname != '' AND isNotNull(ip)
    GROUP BY host, address, day, safe_address
  )
SELECT host AS device_hostname, address AS device_ip, best_trust AS origin, toString(first_time) AS first_seen, toString(last_time) AS last_seen
FROM days
WHERE arrayExists(network -> isIPAddressInRange(safe_address, network), {internal:Array(String)})
ORDER BY best_trust, sighting_count DESC, host, address, day
LIMIT 50000
