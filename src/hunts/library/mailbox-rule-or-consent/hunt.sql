-- Who made a rule that forwards or hides mail, gave a delegate access, or consented to an application that reads it? (mail forwarding and hiding rules, application consent)
WITH
  acts AS (
    SELECT metadata_uid, time, lower(coalesce(target_user_name, actor_user_name, actor_user_uid, '')) AS owner, ifNull(actor_user_name, '') AS person, ifNull(src_endpoint_ip, '') AS address,
      assumeNotNull(api_operation) AS operation, ifNull(detail, '') AS parameters, ifNull(resource_name, '') AS resource,
      match(operation, '(?i)^(new|set|enable)-?_?inboxrule|updateinboxrules|set-mailbox$|new-transportrule|set-transportrule') AS is_rule,
      match(operation, '(?i)add-(mailboxpermission|recipientpermission|mailboxfolderpermission)|addfolderpermissions') AS is_delegate,
      match(operation, '(?i)consent to application|add oauth2permissiongrant|add delegated permission grant|add app role assignment') AS is_consent,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, ifNull(actor_user_uid, ''))
        OR has({entities:Array(String)}, ifNull(target_user_name, '')) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) AS is_asked
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND api_operation IS NOT NULL AND ifNull(status, 'Success') != 'Failure'
      AND (is_rule OR is_delegate OR is_consent) AND is_asked
  ),
  judged AS (
    SELECT *, is_rule AND match(parameters, '(?i)forward(to|ing|as)|redirect|deliver(to)?mailboxandforward') AND match(parameters, '@|smtp:') AS forwards,
      is_rule AND match(parameters, '(?i)deletemessage["'':=,\\s]+(value["'':=,\\s]+)?(true|1)|softdelete|markasread["'':=,\\s]+(value["'':=,\\s]+)?(true|1)|rss (feeds|subscriptions)|conversation history|\\barchive\\b|deleted items|junk') AS hides,
      is_rule AND match(parameters, '(?i)"name"\\s*(:\\s*"name"\\s*,\\s*"value"\\s*)?:\\s*"[.,;\\s_-]{1,5}"') AS has_odd_name,
      is_rule AND match(parameters, '(?i)invoice|payment|wire|bank|iban|payroll|remittance|hack|phish|password|mfa|security') AS is_about_money,
      is_consent AND match(parameters, '(?i)mail\\.(read|send|readwrite)|files\\.(read|readwrite)|full_access_as|offline_access|ews\\.|mailboxsettings|sites\\.(read|full)') AS opens_mail,
      is_consent AND match(parameters, '(?i)allprincipals|isadminconsent["'':=\\s]+true') AS for_everybody
    FROM acts WHERE owner != ''
  )
SELECT
  owner AS entity,
  round(least(100, 20 + if(forwards, 35, 0) + if(hides, 30, 0) + if(has_odd_name, 15, 0) + if(is_about_money, 15, 0) + if(opens_mail, 40, 0) + if(for_everybody, 10, 0) + if(is_delegate, 35, 0)), 1) AS score,
  1 AS n,
  toString(time) AS first_time,
  toString(time) AS last_time,
  [metadata_uid] AS event_ids,
  concat(if(person = '', 'Somebody', person), ' did ', operation, if(person = owner, '', concat(' for ', owner)), if(address = '', '', concat(' from ', address)), ': ',
    arrayStringConcat(arrayFilter(text -> text != '', [if(forwards, 'it forwards or redirects', ''), if(hides, 'it deletes or hides', ''), if(has_odd_name, 'its name is no name', ''), if(is_about_money, 'it is about money or security', ''),
      if(opens_mail, 'it opens mail or files', ''), if(for_everybody, 'for everybody', ''), if(is_delegate, 'another may open the mailbox', ''), substringUTF8(replaceRegexpAll(parameters, '\\s+', ' '), 1, 160)]), ', ')) AS description,
  arrayFilter(value -> value != '', arrayConcat([address, resource], arraySlice(arraySort(arrayDistinct(extractAll(parameters, '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}'))), 1, 5))) AS indicators,
  arrayFilter(technique -> technique != '', [if(forwards, 'T1114.003', ''), if(hides, 'T1564.008', ''), if(is_consent, 'T1528', ''), if(is_delegate, 'T1098.002', ''), if(is_rule AND NOT forwards AND NOT hides, 'T1564.008', '')]) AS techniques
FROM judged
ORDER BY score DESC, entity, first_time, metadata_uid
LIMIT 100
