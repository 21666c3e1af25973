-- Which records are understood but have no table? Loaded modules, parts of a message told apart from it, evidence told apart from its
-- alert, directory queries, places that conditional access knows, incidents (their alerts have rows; of the incident itself nothing but
-- the number is asked for), rows whose columns do not tell their table, and logs of other services.
WITH
  -- include: words.sql
  , '(?:(?:Inbound)?Connection[A-Z]\\w*|ListeningConnectionCreated|(?:Ssl|Icmp|Dns|Http|Ssh)ConnectionInspected|Firewall(?:In|Out)boundConnection\\w*Blocked|ExploitGuardNetworkProtectionBlocked|DnsQueryResponse|ProcessCreated\\w*|Logon[A-Z]\\w*|File(?:Created|Modified|Renamed|Deleted)\\w*|Registry(?:Key|Value)\\w*|PowerShellCommand|ScriptContent|AmsiScript\\w*|ScheduledTask\\w*|ServiceInstalled|RemoteWmiOperation|WmiBindEventFilterToConsumer|UserAccount[A-Z]\\w*|SecurityGroup[A-Z]\\w*|PasswordChangeAttempt)' AS mapped_action
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, concat('"ActionType"\\s*:\\s*"', mapped_action, '"')) AND (NOT match(line, '^\\s*\\{') OR isValidJSON(line))
  )
SELECT line_number, replaceRegexpAll(substring(told, 1, 80), '[^A-Za-z0-9 ._-]', '') AS kind
FROM (
  SELECT line_number, row['actiontype'] AS action,
    isNotNull(coalesce(field('deviceId'), field('deviceName'))) AND isNotNull(coalesce(field('timestamp'), field('timeGenerated'))) AS is_of_device,
    NOT match(action, concat('^', mapped_action, '$')) AS is_other_action,
    ifNull(coalesce(table_name, if(isNotNull(field('timeGenerated')) AND isNotNull(field('tenantId')), field('type'), NULL)), '') AS name,
    multiIf(
      name IN ('DeviceNetworkEvents', 'DeviceEvents'), if(is_other_action, concat(name, ' ', action), ''),
      match(name, 'SignInLogs$|^SigninLogs$|SignInEvents(?:Beta)?$|^(?:AuditLogs|AADUserRiskEvents|AADServicePrincipalRiskEvents|AADRiskyUsers|AADRiskyServicePrincipals|SecurityAlert|OfficeActivity|MicrosoftGraphActivityLogs|GraphApiAuditEvents|AlertInfo|DeviceProcessEvents|DeviceLogonEvents|DeviceFileEvents|DeviceRegistryEvents|DeviceScriptEvents|DeviceInfo|DeviceNetworkInfo|IdentityLogonEvents|IdentityDirectoryEvents|IdentityInfo|EmailEvents|UrlClickEvents|CloudAppEvents|SecurityEvent|WindowsEvent|Event)$'), '',
      name != '', name,
      isNotNull(field('displayName')) AND (isNotNull(coalesce(field('ipRanges'), field('countriesAndRegions'))) OR endsWith(row['@odata.type'], 'NamedLocation')), 'named location',
      isNotNull(coalesce(field('incidentWebUrl'), field('incidentName'))) AND isNotNull(coalesce(field('createdDateTime'), field('createdTime'))), 'incident',
      isNotNull(field('queryType')) AND isNotNull(field('queryTarget')), 'IdentityQueryEvents',
      is_of_device AND action = 'ImageLoaded', 'DeviceImageLoadEvents',
      is_of_device AND action != '' AND is_other_action AND isNull(field('application')), concat(if(endsWith(action, 'Inspected'), 'DeviceNetworkEvents ', 'DeviceEvents '), action),
      isNotNull(field('networkMessageId')) AND isNotNull(coalesce(field('urlDomain'), field('urlLocation'))), 'EmailUrlInfo',
      isNotNull(field('networkMessageId')) AND isNotNull(coalesce(field('sha256'), field('fileType'))), 'EmailAttachmentInfo',
      isNotNull(field('alertId')) AND isNotNull(coalesce(field('entityType'), field('evidenceRole'))), 'AlertEvidence',
      isNotNull(field('timestamp')) AND action = '' AND isNotNull(coalesce(field('initiatingProcessFileName'), field('reportId'))) AND isNull(field('networkMessageId')), 'row whose columns do not tell its table',
      isNotNull(field('operationName')) AND isNotNull(field('category')) AND isNotNull(field('time')) AND isNotNull(coalesce(field('resourceId'), field('tenantId')))
        AND NOT match(row['category'], '(?i)SignInLogs$|^(?:AuditLogs|UserRiskEvents|ServicePrincipalRiskEvents|RiskyUsers|RiskyServicePrincipals|MicrosoftGraphActivityLogs)$') AND isNull(field('activityDisplayName')), concat('log category ', row['category']),
      '') AS told
  FROM (
    -- include: row.sql
  )
)
WHERE told != ''
