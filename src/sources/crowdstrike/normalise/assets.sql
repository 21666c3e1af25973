-- into: device_inventory
-- format: falcon-asset
-- Machines in the Data Replicator's side files: aidmaster (sensors), managedassets (their adapters), notmanaged (neighbours without a sensor);
-- fields as Panther's schema of FDR tells them.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['"ComputerName"', '"LocalAddressIP4"', '"CurrentLocalIP"']) AND isValidJSON(line)
  )
SELECT
  multiIf(kind = 'sensor', concat('falcon-sensor:', agent), kind = 'adapter', concat('falcon-device-network:', agent, ':', ifNull(field('mac'), '')),
    concat('falcon-unmanaged:', row['cid'], ':', ifNull(coalesce(field('mac'), field('currentLocalIP')), record_uid))) AS metadata_uid,
  time AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  agent AS device_uid,
  if(kind = 'neighbour', host_name(coalesce(field('neighborName'), if(isNull(field('discoverer_aid')), field('computerName'), NULL))), computer) AS device_hostname,
  host_name(nullIf(field('machineDomain'), 'none')) AS device_domain,
  coalesce(address(row['currentlocalip']), address(row['localaddressip4'])) AS device_ip,
  if(kind = 'sensor', address(row['aip']), NULL) AS device_external_ip,
  hardware_address(field('mac')) AS device_mac,
  if(kind = 'sensor', field('version'), NULL) AS device_os,
  if(kind = 'sensor', coalesce(transform(row['producttype'], ['1', '2', '3'], ['Workstation', 'Domain Controller', 'Server'], NULL), field('chassisType')), NULL) AS device_type,
  arrayFilter(name -> name != '', arrayMap(name -> trimBoth(name), splitByRegexp('[;,]', concat(ifNull(field('falconGroupingTags'), ''), ';', ifNull(field('sensorGroupingTags'), ''))))) AS device_groups,
  kind != 'neighbour' AS device_is_managed,
  coalesce(moment(row['firstseen']), moment(row['firstdiscovereddate'])) AS first_seen_time,
  time AS last_seen_time
FROM (
  SELECT *,
    multiIf(
      isNotNull(field('discovererCount')) OR isNotNull(field('discoverer_aid')), 'neighbour',
      isNotNull(agent) AND isNotNull(coalesce(field('agentVersion'), field('productType'))) AND isNotNull(computer), 'sensor',
      isNotNull(agent) AND isNotNull(field('mac')) AND isNotNull(coalesce(field('gatewayIP'), field('interfaceAlias'), field('interfaceDescription'))), 'adapter',
      '') AS kind,
    coalesce(moment(row['_time']), moment(row['time']), moment(row['timestamp'])) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND event_name = '' AND kind != ''
