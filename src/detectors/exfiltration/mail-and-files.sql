-- Which hosts hand files (FTP) or mail (SMTP) to servers outside themselves, and do they do nothing else all day, as servers do?
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  spoken AS (
    SELECT time, assumeNotNull(src_endpoint_ip) AS source, assumeNotNull(dst_endpoint_ip) AS destination, ifNull(dst_endpoint_port, 0) AS port,
      traffic_bytes_out AS sent, traffic_bytes_in AS received, device_hostname AS device,
      multiIf(dst_endpoint_port = 21 OR app_name = 'ftp', 'ftp',
        dst_endpoint_port IN (25, 465, 587, 2525) OR app_name = 'smtp', 'smtp',
        dst_endpoint_port IN (110, 143, 993, 995) OR app_name IN ('imap', 'pop3'), 'mail box', '') AS service
    FROM network_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND ifNull(activity_name, '') NOT IN ('TLS Handshake', 'Listen', 'Refuse') AND ifNull(connection_info_protocol_name, '') = 'tcp'
      AND src_endpoint_ip IS NOT NULL AND dst_endpoint_ip IS NOT NULL
  ),
  candidates AS (
    SELECT source, destination, service FROM (
      SELECT source, destination, service FROM spoken
      -- An exchange took place: something was sent and something came back.
      WHERE service IN ('ftp', 'smtp') AND sent > 0 AND received > 0
      GROUP BY source, destination, service
    )
    WHERE is_inside(source) AND NOT is_inside(destination)
  )
SELECT
  found.source AS source,
  found.destination AS destination,
  found.service AS service,
  found.ports AS ports,
  found.first_time AS first_time,
  found.last_time AS last_time,
  found.connections AS connections,
  found.bytes_out AS bytes_out,
  found.bytes_in AS bytes_in,
  found.data_connections AS data_connections,
  found.data_bytes AS data_bytes,
  found.data_ports AS data_ports,
  found.devices AS devices,
  servers.servers AS servers,
  boxes.calls AS mail_box_calls
FROM (
  SELECT
    spoken.source AS source,
    spoken.destination AS destination,
    wanted.service AS service,
    arraySlice(arraySort(groupUniqArrayIf(spoken.port, spoken.service = wanted.service)), 1, 3) AS ports,
    toString(minIf(time, spoken.service = wanted.service)) AS first_time,
    toString(max(time)) AS last_time,
    countIf(spoken.service = wanted.service) AS connections,
    sumIf(sent, spoken.service = wanted.service) AS bytes_out,
    sumIf(received, spoken.service = wanted.service) AS bytes_in,
    -- An FTP upload travels on a connection of its own, to a high port, and nothing comes back on it.
    countIf(wanted.service = 'ftp' AND spoken.service = '' AND port >= 1024 AND sent > 0 AND ifNull(received, 0) = 0) AS data_connections,
    sumIf(sent, wanted.service = 'ftp' AND spoken.service = '' AND port >= 1024 AND ifNull(received, 0) = 0) AS data_bytes,
    arraySlice(arraySort(groupUniqArrayIf(port, wanted.service = 'ftp' AND spoken.service = '' AND port >= 1024 AND sent > 0 AND ifNull(received, 0) = 0)), 1, 5) AS data_ports,
    arraySlice(arraySort(groupUniqArray(device)), 1, 3) AS devices
  FROM spoken
  GLOBAL INNER JOIN candidates AS wanted ON wanted.source = spoken.source AND wanted.destination = spoken.destination
  GROUP BY source, destination, service
) AS found
GLOBAL LEFT JOIN (
  SELECT source, service, uniqExact(destination) AS servers FROM spoken WHERE service IN ('ftp', 'smtp') GROUP BY source, service
) AS servers ON servers.source = found.source AND servers.service = found.service
GLOBAL LEFT JOIN (SELECT source, count() AS calls FROM spoken WHERE service = 'mail box' GROUP BY source) AS boxes ON boxes.source = found.source
ORDER BY found.bytes_out + found.data_bytes DESC, found.source, found.destination, found.service
LIMIT 1000
