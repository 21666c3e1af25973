-- Which web, application or database server process started a shell or a reconnaissance command? (web shells and exploited services)
WITH
  starts AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, replaceRegexpOne(lower(assumeNotNull(process_name)), '\\.exe$', '') AS child,
      replaceRegexpOne(lower(assumeNotNull(parent_process_name)), '\\.exe$', '') AS server, ifNull(process_cmd_line, '') AS command, ifNull(actor_user_name, '') AS person,
      match(child, '^(whoami|id|hostname|ipconfig|ifconfig|net1?|nltest|systeminfo|uname|netstat|tasklist|quser|curl|wget|certutil|bitsadmin|nc|ncat|socat|base64)$') AS is_question,
      match(command, '(?i)-e(nc|ncodedcommand|c)?\\s+[a-z0-9+/=]{20}|frombase64|base64\\s+-d|download|https?://|/dev/tcp/|whoami|net\\s+(user|group|localgroup)|systeminfo|ipconfig') AS has_traits
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND process_name IS NOT NULL AND parent_process_name IS NOT NULL AND coalesce(device_hostname, device_ip, '') != ''
      AND (match(server, '^(w3wp|httpd|apache2?|nginx|php|php-fpm[0-9.]*|php-cgi|tomcat[0-9]*|catalina|sqlservr|mysqld|postgres|node|umworkerprocess|msexchange.*|lsws|lighttpd|caddy|coldfusion)$')
        OR (match(server, '^(java|javaw)$') AND match(ifNull(parent_process_cmd_line, ''), '(?i)tomcat|catalina|jboss|wildfly|weblogic|jetty|confluence|jenkins')))
      AND (is_question OR match(child, '^(cmd|powershell|pwsh|sh|bash|dash|zsh|ksh|wscript|cscript|python[0-9.]*|perl|rundll32|regsvr32|mshta)$'))
      AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')))
  ),
  kinds AS (
    SELECT device, server, child, replaceRegexpAll(lower(substring(command, 1, 200)), '[0-9a-f]{4,}|[0-9]+', '#') AS shape, uniqExact(toDate(time)) AS days,
      arraySort(groupArray((time, metadata_uid, command, person))) AS events, max(is_question) AS asks, max(has_traits) AS traits
    FROM starts GROUP BY device, server, child, shape
  )
SELECT
  device AS entity,
  round(greatest(0, 15 + if(asks, 40, 30) + if(traits, 15, 0) + if(days >= {usualDays:UInt32}, -20, 20)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(server, ' started ', child, ' on ', device, if(events[1].4 = '', '', concat(' as ', events[1].4)), ', ', toString(length(events)), if(length(events) = 1, ' time on ', ' times on '), toString(days),
    if(days = 1, ' day', ' days'), if(events[1].3 = '', '', concat(': ', substringUTF8(events[1].3, 1, 160)))) AS description,
  arrayFilter(value -> value != '', [server, child, substringUTF8(events[1].3, 1, 160)]) AS indicators
FROM kinds
ORDER BY score DESC, entity, server, child, shape
LIMIT 100
