-- into: authentication
-- format: falcon-event
-- Logons and logoffs on machines: UserLogon, UserLogonFailed, UserLogonFailed2, UserLogoff (Falcon event dictionary; words for codes: MS-ERREF
-- 2.3). session_uid is the logon id on the machine. A sensor that starts tells the sessions it finds, with the time of their logon.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:UserLog(?:on|off|onFailed|onFailed2))"', 'fdr_event_type"\\s*:\\s*"(?:UserLog(?:on|off|onFailed|onFailed2))"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  logon_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  event_name AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(event_name = 'UserLogoff', 'Logoff', 'Logon') AS activity_name,
  if(is_failure, 'Failure', 'Success') AS status,
  if(is_failure, code, NULL) AS status_code,
  if(is_failure, nullIf(transform(ifNull(code, ''),
    ['0xC000005E', '0xC0000064', '0xC000006A', '0xC000006D', '0xC000006E', '0xC000006F', '0xC0000070', '0xC0000071', '0xC0000072', '0xC0000133', '0xC000015B', '0xC0000193', '0xC0000224', '0xC0000234'],
    ['no logon server available', 'no such user', 'wrong password', 'wrong user name or password', 'account restriction', 'outside permitted hours', 'not from this workstation', 'password expired',
     'account disabled', 'clocks too far apart', 'logon type not granted', 'account expired', 'password must be changed', 'account locked out'], ''), ''), NULL) AS status_detail,
  user AS user_name,
  coalesce(domain_of(field('userName')), lower(field('logonDomain'))) AS user_domain,
  coalesce(field('userSid'), concat('uid:', field('uid'))) AS user_uid,
  mail_address(field('userPrincipal')) AS user_email_addr,
  multiIf(startsWith(lower(row['authenticationpackage']), 'ntlm'), 'NTLM', startsWith(lower(row['authenticationpackage']), 'kerberos'), 'Kerberos',
    startsWith(lower(row['authenticationpackage']), 'negotiat'), 'Negotiate', field('authenticationPackage')) AS auth_protocol,
  transform(row['logontype'], ['0', '2', '3', '4', '5', '7', '8', '9', '10', '11', '12', '13'],
    ['System', 'Interactive', 'Network', 'Batch', 'OS Service', 'Unlock', 'Network Cleartext', 'New Credentials', 'Remote Interactive', 'Cached Interactive', 'Cached Remote Interactive', 'Cached Unlock'], NULL) AS logon_type,
  if(isNull(logon_type), NULL, row['logontype'] IN ('2', '7', '10', '11', '12', '13')) AS is_interactive,
  multiIf(row['logontype'] IN ('10', '12'), true, row['logontype'] IN ('0', '2', '4', '5', '7', '9', '11', '13'), false, isNotNull(src_endpoint_ip), true, NULL) AS is_remote,
  session(row['authenticationid']) AS session_uid,
  coalesce(address(row['remoteaddressip4']), address(row['remoteaddressip6'])) AS src_endpoint_ip,
  if(host_name(field('clientComputerName')) = computer, computer, host_name(field('clientComputerName'))) AS src_endpoint_hostname,
  agent AS device_uid,
  computer AS device_hostname
FROM (
  SELECT *,
    startsWith(event_name, 'UserLogonFailed') AS is_failure,
    if(event_name = 'UserLogoff', coalesce(moment(row['logofftime']), event_time), if(is_failure, event_time, coalesce(moment(row['logontime']), event_time))) AS logon_time,
    -- Unsigned or signed decimals; the substatus says more.
    arrayFirst(number -> number != 0, arrayMap(name -> bitAnd(toUInt64(ifNull(toInt64OrNull(row[name]), 0)), 4294967295), ['substatus', 'status'])) AS status_number,
    if(status_number = 0, NULL, concat('0x', upper(hex(toUInt32(status_number))))) AS code
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(event_name, '^UserLog(?:on|off|onFailed|onFailed2)$') AND isNotNull(coalesce(user, field('userSid'), field('uid')))
