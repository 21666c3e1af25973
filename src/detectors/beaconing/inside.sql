-- Inside the estate: which services and hosts have many clients, and which hosts poll many others on one port? So look servers and monitoring.
WITH
  (address -> isIPv4String(address) OR isIPv6String(address)) AS is_address,
  (address -> arrayExists(network -> isIPAddressInRange(if(is_address(address), address, '0.0.0.0'), network), {internal:Array(String)})) AS is_inside,
  links AS (
    SELECT source, destination, service FROM (
      SELECT assumeNotNull(coalesce(src_endpoint_ip, device_ip, device_hostname)) AS source, assumeNotNull(dst_endpoint_ip) AS destination,
        assumeNotNull(dst_endpoint_port) AS service
      FROM network_activity
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
        AND dst_endpoint_ip IS NOT NULL AND dst_endpoint_port IS NOT NULL AND coalesce(src_endpoint_ip, device_ip, device_hostname) IS NOT NULL
      GROUP BY source, destination, service
    )
    WHERE is_inside(destination) AND (is_inside(source) OR NOT is_address(source))
  )
SELECT kind, address, port, hosts FROM (
  SELECT 'clients of a service' AS kind, destination AS address, service AS port, uniqExact(source) AS hosts
  FROM links GROUP BY address, port HAVING hosts >= 3
  UNION ALL
  SELECT 'clients of a host' AS kind, destination AS address, toUInt16(0) AS port, uniqExact(source) AS hosts
  FROM links GROUP BY address HAVING hosts >= 10
  UNION ALL
  SELECT 'targets of a host' AS kind, source AS address, service AS port, uniqExact(destination) AS hosts
  FROM links GROUP BY address, port HAVING hosts >= 3
)
ORDER BY hosts DESC, kind, address, port
LIMIT 20000
