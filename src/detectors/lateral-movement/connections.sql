-- Which hosts of the estate reached which others where they are administered from afar, when, how often, and by which programs?
-- (graph of logins and connections: Hopper, Ho et al. 2021; Latte, Liu et al. 2018.) Only what was answered counts. A remote
-- procedure call is the end point mapper (135) and then a port that it names (49152 and up, RFC 6335); what sensors saw from both ends
-- is one edge. Two sensors that saw the same calls do not make them twice as many: what is counted and timed is what one of them saw,
-- the one that saw most. other_sources_thousandths: how many other hosts reach this target in this way, in thousandths of a host: one that reaches
-- more than five targets counts for the less the more it reaches, as an inventory that visits everybody makes nobody a server.
WITH
  answered AS (
    SELECT metadata_uid, time, assumeNotNull(src_endpoint_ip) AS source, assumeNotNull(dst_endpoint_ip) AS target,
      assumeNotNull(dst_endpoint_port) AS port, connection_info_direction = 'Inbound' AS is_seen_by_target, device_hostname,
      actor_process_name, actor_user_name, traffic_bytes_out, concat(metadata_product_vendor_name, ' ', metadata_product_name) AS sensor
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(src_endpoint_ip) AND isNotNull(dst_endpoint_ip) AND src_endpoint_ip != dst_endpoint_ip
      AND (dst_endpoint_port IN (22, 135, 139, 445, 3389, 5985, 5986) OR dst_endpoint_port >= 49152)
      AND ifNull(connection_info_protocol_name, 'tcp') = 'tcp' AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen', 'Refuse', 'Close', 'Attempt')
      AND ifNull(traffic_bytes_in, 1) > 0 AND ifNull(connection_info_state, '') NOT IN ('S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR')
  ),
  mapped AS (SELECT DISTINCT cityHash64(source, target) AS pair FROM answered WHERE port = 135),
  used AS (
    SELECT *, multiIf(port IN (139, 445), 'smb', port IN (5985, 5986), 'winrm', port = 3389, 'rdp', port = 22, 'ssh', 'rpc') AS service
    FROM answered
    WHERE port IN (22, 135, 139, 445, 3389, 5985, 5986) OR cityHash64(source, target) GLOBAL IN (SELECT pair FROM mapped)
  ),
  seen AS (
    SELECT source, target, service, sensor,
      min(time) AS first_time, max(time) AS last_time, count() AS event_count, countIf(port != 135) AS beyond_mapper,
      sum(ifNull(traffic_bytes_out, 0)) AS bytes_out,
      arraySort(groupUniqArray(toString(toDate(time)))) AS day_list,
      arraySlice(arraySort(groupUniqArray(toUnixTimestamp(toStartOfMinute(time)))), 1, 200) AS minute_list,
      groupUniqArrayIf(lower(actor_process_name), NOT ifNull(is_seen_by_target, false) AND isNotNull(actor_process_name)) AS client_list,
      groupUniqArrayIf(lower(actor_process_name), is_seen_by_target AND port != 135 AND isNotNull(actor_process_name)) AS server_list,
      groupUniqArrayIf(lower(actor_user_name), NOT ifNull(is_seen_by_target, false) AND isNotNull(actor_user_name)) AS account_list,
      argMinIf(lower(device_hostname), (time, metadata_uid), NOT ifNull(is_seen_by_target, false) AND isNotNull(device_hostname)) AS source_name,
      argMinIf(lower(device_hostname), (time, metadata_uid), is_seen_by_target AND isNotNull(device_hostname)) AS target_name,
      arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS uid_list,
      (-toInt64(event_count), -toInt64(bytes_out), sensor) AS place
    FROM used
    GROUP BY source, target, service, sensor
  ),
  edges AS (
    SELECT source, target, service,
      argMin(tuple(seen.first_time, seen.last_time, seen.event_count, seen.beyond_mapper, seen.day_list, seen.minute_list, seen.uid_list), place) AS most,
      most.1 AS first_time, most.2 AS last_time, most.3 AS event_count, most.4 AS beyond_mapper, most.5 AS day_list, most.6 AS minute_list,
      most.7 AS uid_list,
      max(seen.bytes_out) AS bytes_out,
      arraySlice(arraySort(groupUniqArrayArray(seen.client_list)), 1, 10) AS client_list,
      arraySlice(arraySort(groupUniqArrayArray(seen.server_list)), 1, 10) AS server_list,
      arraySlice(arraySort(groupUniqArrayArray(seen.account_list)), 1, 10) AS account_list,
      argMinIf(seen.source_name, place, isNotNull(seen.source_name)) AS source_name,
      argMinIf(seen.target_name, place, isNotNull(seen.target_name)) AS target_name
    FROM seen
    GROUP BY source, target, service
  ),
  inside AS (
    SELECT *, least(1000, intDiv(5000, count() OVER (PARTITION BY source, service))) AS own_weight
    FROM edges
    WHERE (service != 'rpc' OR beyond_mapper < event_count)
      AND arrayExists(network -> isIPAddressInRange(if(isIPv4String(source) OR isIPv6String(source), source, '255.255.255.255'), network), {internal:Array(String)})
      AND arrayExists(network -> isIPAddressInRange(if(isIPv4String(target) OR isIPv6String(target), target, '255.255.255.255'), network), {internal:Array(String)})
  ),
  weighed AS (
    SELECT *, sum(own_weight) OVER (PARTITION BY target, service) - own_weight AS others, uniqExact(source) OVER () AS sources_seen FROM inside
  )
SELECT source AS source_ip, source_name AS source_hostname, target AS target_ip, target_name AS target_hostname, service,
  toString(first_time) AS first_seen, toString(last_time) AS last_seen, event_count, beyond_mapper, bytes_out,
  day_list AS days, minute_list AS minutes, client_list AS clients, server_list AS servers, account_list AS accounts,
  others AS other_sources_thousandths, sources_seen AS estate_sources, uid_list AS event_uids
FROM weighed
-- What thirty others do too weighs nothing.
WHERE others < 30000
ORDER BY others, first_time, source, target, service
LIMIT 20000
