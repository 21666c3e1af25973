-- Which hosts of the estate try many ports or many hosts and are mostly turned away? A scan finds hosts, it does not move to them
-- (Jung et al. 2004: a benign host seldom fails). Kept apart so that a scanner's open ports are not read as movement.
WITH
  tries AS (
    SELECT src_endpoint_ip AS source, dst_endpoint_ip AS target, dst_endpoint_port AS port,
      ifNull(traffic_bytes_in, 1) = 0 OR ifNull(activity_name, '') = 'Refuse'
        OR ifNull(connection_info_state, '') IN ('S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR') AS is_refused
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(src_endpoint_ip) AND isNotNull(dst_endpoint_ip) AND dst_endpoint_port < 49152
      AND ifNull(connection_info_protocol_name, 'tcp') = 'tcp' AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen')
  ),
  suspects AS (SELECT source FROM tries WHERE is_refused GROUP BY source HAVING count() >= 10),
  pairs AS (
    SELECT source, target, uniqExact(port) AS pair_ports, uniqExactIf(port, is_refused) AS pair_refused_ports
    FROM tries WHERE source GLOBAL IN (SELECT source FROM suspects) GROUP BY source, target
  ),
  sources AS (
    SELECT assumeNotNull(source) AS ip, count() AS targets, countIf(pair_refused_ports > 0) AS refused_targets,
      max(pair_ports) AS ports, max(pair_refused_ports) AS refused_ports
    FROM pairs GROUP BY source
    HAVING refused_ports >= 10 OR refused_targets >= 20
  )
SELECT ip AS source_ip, targets, refused_targets, ports, refused_ports
FROM sources
WHERE arrayExists(network -> isIPAddressInRange(if(isIPv4String(ip) OR isIPv6String(ip), ip, '255.255.255.255'), network), {internal:Array(String)})
ORDER BY refused_ports DESC, refused_targets DESC, ip
LIMIT 1000
