-- into: authentication
-- format: ocsf-authentication
-- OCSF Authentication: sign-ins, ticket requests and the like (OCSF 1.8 class 3002).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.metadata.event_code) AS metadata_event_code,
  named(event.activity_id, [1, 2, 3, 4, 5, 6, 7], ['Logon', 'Logoff', 'Authentication Ticket', 'Service Ticket Request', 'Service Ticket Renew', 'Preauth', 'Account Switch'], event.activity_name) AS activity_name,
  named(event.status_id, [1, 2], ['Success', 'Failure'], if(event.status IN ('Success', 'Failure'), event.status, NULL)) AS status,
  filled(event.status_code) AS status_code,
  filled(event.status_detail) AS status_detail,
  account(coalesce(filled(event.user.name), event.user.email_addr)) AS user_name,
  domain_of(event.user.domain, event.user.name) AS user_domain,
  filled(event.user.uid) AS user_uid,
  lower(filled(event.user.email_addr)) AS user_email_addr,
  filled(event.user.type) AS user_type,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  domain_of(event.actor.user.domain, event.actor.user.name) AS actor_user_domain,
  named(event.auth_protocol_id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ['NTLM', 'Kerberos', 'Digest', 'OpenID', 'SAML', 'OAUTH 2.0', 'PAP', 'CHAP', 'EAP', 'RADIUS', 'Basic Authentication', 'LDAP'], event.auth_protocol) AS auth_protocol,
  named(event.logon_type_id, [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13],
    ['System', 'Interactive', 'Network', 'Batch', 'OS Service', 'Unlock', 'Network Cleartext', 'New Credentials', 'Remote Interactive', 'Cached Interactive',
     'Cached Remote Interactive', 'Cached Unlock'], event.logon_type) AS logon_type,
  coalesce(event.is_mfa, event.session.is_mfa) AS is_mfa,
  coalesce(event.is_remote, event.session.is_remote) AS is_remote,
  filled(event.service.name) AS service_name,
  filled(event.session.uid) AS session_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  host_name(coalesce(filled(event.src_endpoint.hostname), event.src_endpoint.name)) AS src_endpoint_hostname,
  upper(filled(event.src_endpoint.location.country)) AS src_endpoint_location_country,
  filled(event.src_endpoint.location.city) AS src_endpoint_location_city,
  -- Coordinates are longitude first, as in GeoJSON.
  coalesce(event.src_endpoint.location.lat, if(length(event.src_endpoint.location.coordinates) = 2, event.src_endpoint.location.coordinates[2], NULL)) AS src_endpoint_location_latitude,
  coalesce(event.src_endpoint.location.long, if(length(event.src_endpoint.location.coordinates) = 2, event.src_endpoint.location.coordinates[1], NULL)) AS src_endpoint_location_longitude,
  event.src_endpoint.autonomous_system.number AS src_endpoint_autonomous_system_number,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(event.dst_endpoint.hostname) AS dst_endpoint_hostname,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  event.device.is_managed AS device_is_managed,
  filled(event.device.os.name) AS device_os,
  filled(event.http_request.user_agent) AS http_request_user_agent,
  lower(filled(event.risk_level)) AS risk_level,
  coalesce(coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))), base_name(event.logon_process.name)) AS actor_process_name
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), service Tuple(name Nullable(String)), session Tuple(uid Nullable(String), is_mfa Nullable(Bool), is_remote Nullable(Bool)),
      is_mfa Nullable(Bool), is_remote Nullable(Bool), logon_type Nullable(String), logon_type_id Nullable(Int32), auth_protocol Nullable(String),
      auth_protocol_id Nullable(Int32), risk_level Nullable(String), logon_process Tuple(name Nullable(String)),
      src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), name Nullable(String), autonomous_system Tuple(number Nullable(UInt32)),
        location Tuple(country Nullable(String), city Nullable(String), lat Nullable(Float64), long Nullable(Float64), coordinates Array(Float64))),
      dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), http_request Tuple(user_agent Nullable(String)),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))),
      actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '3002') > 0
  )
  WHERE event.class_uid IN ('3002')
)
-- include: time-guard.sql
