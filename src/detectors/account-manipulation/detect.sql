-- Who changed a mailbox, an account, an application or the directory so that access stays or mail goes astray, and from where? (Account
-- manipulation: ATT&CK T1098, T1114.003, T1564.008, T1528, T1556; operations as the vendors' audit references name them.) One row an act,
-- with what is known of the place it was made from: which other days the person was seen in that network, how many others use it, what the
-- sign-in before it was worth.
WITH
  acts AS (
    SELECT metadata_uid AS uid, time AS act_time, lower(ifNull(actor_user_name, '')) AS actor, lower(coalesce(target_user_name, '')) AS target,
      if(isIPv4String(ifNull(src_endpoint_ip, '')) OR isIPv6String(ifNull(src_endpoint_ip, '')), assumeNotNull(src_endpoint_ip), '') AS ip,
      assumeNotNull(api_operation) AS operation, ifNull(detail, '') AS parameters, ifNull(resource_name, '') AS resource, ifNull(actor_user_type, '') AS actor_type,
      ifNull(http_request_user_agent, '') AS agent, ifNull(actor_session_uid, '') AS session, ifNull(metadata_product_name, '') AS product,
      match(operation, '(?i)^(new|set|enable)-?_?inboxrule|^updateinboxrules') AS is_rule,
      is_rule AND match(parameters, '(?i)forward(to|as)|redirectto|forwardasattachment') AND match(parameters, '@|smtp:') AS forwards,
      is_rule AND match(parameters, '(?i)deletemessage["'':=,\\s{}]+(value["'':=,\\s]+)?(true|1)|softdelete|movetofolder["'':=,\\s{}]+(value["'':=,\\s]+)?"?[^"]*(rss|conversation history|archive|deleted|junk|notes)|markasread["'':=,\\s{}]+(value["'':=,\\s]+)?(true|1)|rss (feeds|subscriptions)|conversation history') AS hides,
      multiIf(
        forwards, 'rule that forwards',
        hides, 'rule that hides',
        is_rule, 'mailbox rule',
        match(operation, '(?i)^(set-mailbox|set-mailboxautoreply)') AND match(parameters, '(?i)forwarding(smtp)?address["'':=,\\s{}]+(value["'':=,\\s]+)?["'']?[^"'',\\s]*@'), 'mailbox forwarding',
        match(operation, '(?i)^(new|set|enable)-transportrule') AND match(parameters, '(?i)blindcopyto|redirectmessageto|copyto|deletemessage'), 'transport rule',
        match(operation, '(?i)^add-(mailboxpermission|recipientpermission|mailboxfolderpermission)|^addfolderpermissions'), 'mailbox delegate',
        match(operation, '(?i)^(consent to application|add oauth2permissiongrant|add delegated permission grant|add app role assignment (grant )?to (service principal|user))'), 'application consent',
        match(operation, '(?i)^add service principal credentials|certificates and secrets management|^add (application )?credentials?'), 'application credential',
        match(operation, '(?i)^add owner to (application|service principal)'), 'application owner',
        match(operation, '(?i)^add (eligible )?member to role|^add (eligible )?role assignment|^add scoped member to role'), 'role assignment',
        match(operation, '(?i)^(user|admin) (registered|deleted|changed default|updated) security info|^user registered all required|^disable strong authentication|^(user|admin) deleted.*method')
          OR (match(operation, '(?i)^update user') AND match(parameters, '(?i)StrongAuthentication(PhoneAppDetail|Method|UserDetails|Requirement)')), 'second factor',
        match(operation, '(?i)^(set federation settings on domain|set domain authentication|add unverified domain|add verified domain)'), 'federation',
        match(operation, '(?i)^(add|update|delete) (conditional access )?policy|^(update|delete|add) (named location|authorization policy)'), 'access policy',
        match(operation, '^(CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|CreateUser|AttachUserPolicy|AttachRolePolicy|PutUserPolicy|PutRolePolicy|AddUserToGroup|UpdateAssumeRolePolicy|DeactivateMFADevice)$'), 'cloud account',
        '') AS kind,
      -- What goes where: addresses that rules name, outside or inside.
      arraySort(arrayDistinct(arrayMap(found -> lower(found), extractAll(parameters, '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}')))) AS named
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND api_operation IS NOT NULL AND ifNull(status, 'Success') != 'Failure' AND kind != ''
      AND actor != '' AND actor_type NOT IN ('System', 'DcAdmin') AND NOT match(actor, '^(nt authority|nt service|s-1-5-18$|device registration|msonline|fim_)')
  ),
  kinds AS (SELECT kind, uniqExact(actor) AS kind_actors, count() AS kind_acts FROM acts GROUP BY kind),
  habits AS (SELECT kind, actor, uniqExact(toDate(act_time)) AS kind_days, count() AS kind_count FROM acts GROUP BY kind, actor),
  -- Where people are seen: their sign-ins, and what they do in the cloud.
  presences AS (
    SELECT lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS who, assumeNotNull(src_endpoint_ip) AS ip, time, src_endpoint_autonomous_system_number AS number,
      ifNull(src_endpoint_location_country, '') AS country, transform(lower(ifNull(risk_level, '')), ['medium', 'high'], [2, 3], 0) AS risk, metadata_uid AS uid
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL
      AND coalesce(user_email_addr, user_name) IS NOT NULL AND who GLOBAL IN (SELECT actor FROM acts)
    UNION ALL
    SELECT lower(actor_user_name), assumeNotNull(src_endpoint_ip), time, NULL, '', 0, metadata_uid FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND src_endpoint_ip IS NOT NULL
      AND lower(ifNull(actor_user_name, '')) GLOBAL IN (SELECT actor FROM acts)
  ),
  owners AS (SELECT ip, max(location_country) AS owner_country, max(autonomous_system_number) AS owner_number FROM network_owner GROUP BY ip),
  said AS (SELECT ip, max(number) AS said_number, max(country) AS said_country FROM presences GROUP BY ip),
  networks AS (
    SELECT said.ip AS ip, coalesce(nullIf(said.said_country, ''), owners.owner_country, '') AS country,
      if(coalesce(said.said_number, owners.owner_number, 0) > 0, concat('AS', toString(coalesce(said.said_number, owners.owner_number, 0))),
        if(isIPv4String(said.ip), concat(arrayStringConcat(arraySlice(splitByChar('.', said.ip), 1, 3), '.'), '.0/24'), arrayStringConcat(arraySlice(splitByChar(':', said.ip), 1, 3), ':'))) AS network
    FROM said GLOBAL LEFT JOIN owners ON owners.ip = said.ip
  ),
  address_people AS (
    SELECT src_endpoint_ip AS ip, uniqExact(lower(coalesce(nullIf(user_email_addr, ''), user_name))) AS people FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL GROUP BY ip
  ),
  placed AS (
    SELECT assumeNotNull(presences.who) AS who, presences.time AS seen_time, presences.uid AS seen_uid, presences.risk AS risk, presences.ip AS ip, networks.network AS network, networks.country AS country
    FROM presences GLOBAL INNER JOIN networks ON networks.ip = presences.ip
  ),
  own AS (
    SELECT who, arraySort(groupUniqArray((network, country, toDate(seen_time)))) AS days,
      arraySlice(arraySort(groupArrayIf((seen_time, seen_uid, risk), risk >= 2)), 1, 50) AS risks, min(seen_time) AS first_presence
    FROM placed GROUP BY who
  ),
  arrivals AS (SELECT who, network, min(seen_time) AS first_seen, argMin(seen_uid, (seen_time, seen_uid)) AS first_uid FROM placed GROUP BY who, network),
  clicks AS (
    SELECT lower(user_email_addr) AS who, arraySlice(arraySort(groupArray((time, metadata_uid))), 1, 50) AS clicked FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND user_email_addr IS NOT NULL
      AND ifNull(disposition, '') = 'Allowed' AND match(ifNull(threat_classification, ''), '(?i)phish|malware|malicious|impost') GROUP BY who
  ),
  estate AS (
    SELECT uniqExact(who) AS people FROM (
      SELECT lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS who FROM authentication
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND position(coalesce(user_email_addr, user_name, ''), '@') > 0
    )
  ),
  -- The estate's own mail domains: those that several of its people sign in with.
  own_domains AS (
    SELECT groupArray(name) AS names FROM (
      SELECT lower(splitByChar('@', assumeNotNull(user_email_addr))[2]) AS name FROM authentication
      WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND position(ifNull(user_email_addr, ''), '@') > 0 AND ifNull(user_type, '') != 'Guest'
      GROUP BY name HAVING uniqExact(user_email_addr) >= 2
    )
  )
SELECT acts.uid AS uid, toString(acts.act_time) AS time, acts.actor AS actor, acts.target AS target, acts.ip AS ip, acts.operation AS operation, acts.kind AS kind,
  acts.resource AS resource, acts.agent AS agent, acts.session AS session, acts.product AS product, substringUTF8(replaceRegexpAll(acts.parameters, '\\s+', ' '), 1, 300) AS parameters,
  arraySlice(arrayFilter(name -> splitByChar('@', name)[2] != splitByChar('@', acts.actor)[2] AND NOT has((SELECT names FROM own_domains), splitByChar('@', name)[2]), acts.named), 1, 5) AS outside_addresses,
  match(acts.parameters, '(?i)"name"\\s*(:\\s*"name"\\s*,\\s*"value"\\s*)?:\\s*"[.,;\\s_-]{1,5}"') AS has_odd_name,
  acts.kind IN ('rule that forwards', 'rule that hides', 'mailbox rule') AND match(acts.parameters, '(?i)invoice|payment|wire|bank|iban|payroll|remittance|factuur|hack|phish|password|mfa|security|suspicious') AS is_about_money,
  match(acts.parameters, '(?i)mail\\.(read|send|readwrite)|files\\.(read|readwrite)|full_access_as|ews\\.|mailboxsettings|sites\\.(read|full)|imap\\.|pop\\.|smtp\\.') AS opens_mail,
  match(acts.parameters, '(?i)allprincipals|isadminconsent["'':=\\s,{}]+(value["'':=,\\s]+)?"?true') AS for_everybody,
  match(concat(acts.resource, ' ', acts.parameters), '(?i)global administrator|company administrator|privileged (role|authentication) administrator|application administrator|exchange administrator|security administrator|user administrator|AdministratorAccess') AS is_privileged,
  kinds.kind_actors AS kind_actors, habits.kind_days AS actor_days, habits.kind_count AS actor_acts, (SELECT people FROM estate) AS estate_people,
  networks.network AS network, networks.country AS country, ifNull(address_people.people, 0) AS sharers,
  arrayUniq(arrayMap(day -> day.3, arrayFilter(day -> day.1 != ifNull(networks.network, ''), own.days))) AS days_elsewhere,
  arrayUniq(arrayMap(day -> day.3, arrayFilter(day -> day.1 = ifNull(networks.network, ''), own.days))) AS days_here,
  arrayExists(day -> day.2 = ifNull(networks.country, '') AND day.1 != ifNull(networks.network, ''), own.days) AS is_known_country,
  if(arrivals.first_uid = '', NULL, dateDiff('second', arrivals.first_seen, acts.act_time) / 3600) AS hours_since_arrival,
  ifNull(arrivals.first_uid, '') AS arrival_uid,
  dateDiff('second', own.first_presence, arrivals.first_seen) / 3600 AS history_hours,
  arrayFilter(one -> one.1 <= acts.act_time AND one.1 >= acts.act_time - toIntervalHour({hoursBefore:UInt32}), own.risks)[-1].2 AS risk_uid,
  arrayFilter(one -> one.1 <= acts.act_time AND one.1 >= acts.act_time - toIntervalHour({hoursBefore:UInt32}), clicks.clicked)[-1].2 AS click_uid
FROM acts
GLOBAL INNER JOIN kinds ON kinds.kind = acts.kind
GLOBAL INNER JOIN habits ON habits.kind = acts.kind AND habits.actor = acts.actor
GLOBAL LEFT JOIN networks ON networks.ip = acts.ip
GLOBAL LEFT JOIN address_people ON address_people.ip = acts.ip
GLOBAL LEFT JOIN own ON own.who = acts.actor
GLOBAL LEFT JOIN arrivals ON arrivals.who = acts.actor AND arrivals.network = networks.network
GLOBAL LEFT JOIN clicks ON clicks.who = acts.actor
ORDER BY kinds.kind_actors, acts.act_time, acts.uid
LIMIT 5000
