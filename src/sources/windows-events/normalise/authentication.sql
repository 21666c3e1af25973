-- into: authentication
-- format: windows-events
-- Logons, logoffs, explicit credentials, special privileges, Kerberos and NTLM: Security 4624, 4625, 4634, 4647, 4648, 4672, 4768, 4769,
-- 4770, 4771, 4776 (Microsoft, "Advanced security audit policy settings"; words for codes: MS-ERREF 2.3 and RFC 4120 7.5.9).
-- session_uid is the logon id on device_hostname: the session that was opened or closed; for 4648 and 4672 the one that acted.
-- A 4648 is logged where the credentials were used: that machine is the source, the server it names the target. A 4769 is logged by
-- the domain controller and names the machine that the ticket is for.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:4624|4625|4634|4647|4648|4672|4768|4769|4770|4771|4776)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  toString(event_id) AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(event_id, [4634, 4647, 4648, 4672, 4768, 4769, 4770, 4771, 4776],
    ['Logoff', 'Logoff', 'Explicit Credentials', 'Special Privileges', 'Authentication Ticket', 'Service Ticket Request', 'Service Ticket Renew',
     'Preauth', 'Credential Validation'], 'Logon') AS activity_name,
  outcome AS status,
  failure_code AS status_code,
  nullIf(if(is_kerberos,
    transform(ifNull(failure_code, ''),
      ['0x6', '0x7', '0x9', '0xB', '0xC', '0xE', '0xF', '0x10', '0x12', '0x17', '0x18', '0x19', '0x1B', '0x1F', '0x20', '0x21', '0x22', '0x25', '0x29', '0x3C', '0x44'],
      ['no such user', 'no such service', 'the account has no key', 'the ticket could never be valid', 'policy rejects the request', 'encryption type not supported',
       'checksum type not supported', 'pre-authentication type not supported', 'account disabled, expired or locked out', 'password expired',
       'wrong password', 'pre-authentication required', 'user-to-user authentication required', 'integrity check failed', 'ticket expired',
       'ticket not yet valid', 'request replayed', 'clocks too far apart', 'message modified', 'generic error', 'wrong realm'], ''),
    transform(ifNull(failure_code, ''),
      ['0xC000005E', '0xC0000064', '0xC000006A', '0xC000006D', '0xC000006E', '0xC000006F', '0xC0000070', '0xC0000071', '0xC0000072', '0xC00000DC',
       '0xC0000133', '0xC000015B', '0xC000018C', '0xC0000192', '0xC0000193', '0xC0000224', '0xC0000225', '0xC0000234', '0xC00002EE', '0xC0000413'],
      ['no logon server available', 'no such user', 'wrong password', 'wrong user name or password', 'account restriction', 'outside permitted hours',
       'not from this workstation', 'password expired', 'account disabled', 'server not in a state to do it', 'clocks too far apart',
       'logon type not granted', 'trust between the domains failed', 'Netlogon service not started', 'account expired', 'password must be changed',
       'not found', 'account locked out', 'error during logon', 'refused by an authentication firewall'], '')), '') AS status_detail,
  named_user AS user_name,
  domain_of(user_text, domain_text) AS user_domain,
  nullIf(coalesce(if(event_id = 4672, field('SubjectUserSid'), NULL), field('TargetUserSid'), field('TargetSid')), 'S-1-0-0') AS user_uid,
  if(match(named_user, '^[^@\\\\]+@[^@\\\\]+\\.[^@\\\\]+$'), named_user, NULL) AS user_email_addr,
  if(event_id = 4672, NULL, account(subject_text, subject_domain)) AS actor_user_name,
  if(event_id = 4672, NULL, domain_of(subject_text, subject_domain)) AS actor_user_domain,
  multiIf(
    is_kerberos OR event_id = 4770, 'Kerberos',
    startsWith(field('LmPackageName'), 'NTLM'), 'NTLM',
    package = 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', 'NTLM',
    package) AS auth_protocol,
  -- RFC 3961 and 4757; 0xffffffff stands for a ticket that was not given.
  nullIf(transform(ifNull(hexadecimal(field('TicketEncryptionType')), ''),
    ['0x1', '0x3', '0x11', '0x12', '0x17', '0x18'],
    ['DES-CBC-CRC', 'DES-CBC-MD5', 'AES128-CTS-HMAC-SHA1-96', 'AES256-CTS-HMAC-SHA1-96', 'RC4-HMAC', 'RC4-HMAC-EXP'], ''), '') AS authentication_token_encryption_details_algorithm,
  nullIf(transform(logon_number, ['0', '2', '3', '4', '5', '7', '8', '9', '10', '11', '12', '13'],
    ['System', 'Interactive', 'Network', 'Batch', 'OS Service', 'Unlock', 'Network Cleartext', 'New Credentials', 'Remote Interactive', 'Cached Interactive',
     'Cached Remote Interactive', 'Cached Unlock'], ''), '') AS logon_type,
  if(logon_number = '', NULL, is_at_screen) AS is_interactive,
  multiIf(
    logon_number IN ('10', '12'), true,
    logon_number IN ('0', '2', '4', '5', '7', '9', '11', '13'), false,
    isNull(ip), NULL,
    NOT is_own_address) AS is_remote,
  ticket_service AS service_name,
  if(event_id = 4648, field('TargetInfo'), NULL) AS resource_name,
  session(if(event_id IN (4648, 4672), field('SubjectLogonId'), field('TargetLogonId'))) AS session_uid,
  ip AS src_endpoint_ip,
  nullIf(toUInt16OrNull(field('IpPort')), 0) AS src_endpoint_port,
  -- WorkstationName is the machine that asks, but with logons at a screen (RDP too) it is the machine that answers: then only an
  -- address that is not its own says where the logon came from.
  multiIf(
    event_id = 4648, if(isNull(ip) OR is_own_address, computer, NULL),
    isNotNull(ip) AND NOT is_own_address AND (is_at_screen OR workstation = own_name), NULL,
    workstation = own_name, computer,
    workstation) AS src_endpoint_hostname,
  multiIf(
    event_id = 4648, if(server IN ('localhost', '127.0.0.1') OR server = own_name, computer, server),
    event_id = 4769 AND endsWith(ticket_service, '$'), substring(ticket_service, 1, length(ticket_service) - 1),
    NULL) AS dst_endpoint_hostname,
  computer AS device_hostname,
  base_name(field('ProcessName')) AS actor_process_name
FROM (
  SELECT *,
    account(user_text, domain_text) AS named_user,
    multiIf(
      event_id IN (4625, 4771), 'Failure',
      event_id = 4648 OR (event_id IN (4768, 4769, 4776) AND isNull(result)), NULL,
      event_id IN (4768, 4769, 4776) AND result != '0x0', 'Failure',
      'Success') AS outcome,
    if(outcome = 'Failure', concat('0x', upper(substring(result, 3))), NULL) AS failure_code
  FROM (
    SELECT *,
      if(event_id = 4672, field('SubjectUserName'), field('TargetUserName')) AS user_text,
      if(event_id = 4672, field('SubjectDomainName'), field('TargetDomainName')) AS domain_text,
      field('SubjectUserName') AS subject_text,
      field('SubjectDomainName') AS subject_domain,
      if(event_id = 4625 AND ifNull(hexadecimal(field('SubStatus')), '0x0') != '0x0', hexadecimal(field('SubStatus')), hexadecimal(field('Status'))) AS result,
      ifNull(field('LogonType'), '') AS logon_number,
      logon_number IN ('2', '7', '10', '11', '12', '13') AS is_at_screen,
      event_id IN (4768, 4769, 4771) AS is_kerberos,
      coalesce(field('AuthenticationPackageName'), field('PackageName')) AS package,
      if(event_id BETWEEN 4768 AND 4771, lower(field('ServiceName')), NULL) AS ticket_service,
      address(field('IpAddress')) AS ip,
      ifNull(match(ip, '^127\\.|^::1$'), false) AS is_own_address,
      host_name(coalesce(field('WorkstationName'), field('Workstation'))) AS workstation,
      host_name(field('TargetServerName')) AS server,
      replaceRegexpOne(computer, '\\..*$', '') AS own_name
    FROM (
      -- include: event.sql
    )
    WHERE is_windows_event AND has_time AND log IN ('security', 'unnamed')
      AND event_id IN (4624, 4625, 4634, 4647, 4648, 4672, 4768, 4769, 4770, 4771, 4776)
  )
)
