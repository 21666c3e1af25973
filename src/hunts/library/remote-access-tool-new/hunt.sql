-- Which device ran, or asked for, a remote-access or tunnelling tool for the first time? (remote access software, new and rare)
WITH
  uses AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, 'process' AS kind, ifNull(actor_user_name, '') AS person, coalesce(process_path, process_name, '') AS shown,
      match(ifNull(process_path, ''), '(?i)\\\\(users|temp|programdata|perflogs)\\\\|^/tmp/|^/home/') AS is_in_writable_folder,
      extract(lower(ifNull(process_name, '')), '^(anydesk|teamviewer|screenconnect|connectwisecontrol|splashtop|strwinclt|rustdesk|ammyy|aa_v3|ultraviewer|meshagent|tacticalrmm|tacticalagent|action1|logmein|lmiguardian|supremo|dwagent|dwservice|remoteutilities|rutserv|zohoassist|ateraagent|simplehelp|gotoassist|g2host|netsupport|client32|radmin|vncserver|tvnserver|winvnc|ngrok|chisel|frpc|cloudflared|ligolo|plink|bore|tailscaled?)') AS tool,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC') AND process_name IS NOT NULL
    UNION ALL
    SELECT metadata_uid, time, coalesce(device_hostname, src_endpoint_ip, device_ip, ''), 'lookup', ifNull(actor_user_name, ''), ifNull(query_hostname, ''), false,
      transform(extract(ifNull(query_hostname, ''), '(?:^|\\.)(anydesk\\.com|teamviewer\\.com|screenconnect\\.com|splashtop\\.com|rustdesk\\.com|ammyy\\.com|ultraviewer\\.net|action1\\.com|logmein\\.com|supremocontrol\\.com|dwservice\\.net|atera\\.com|simple-help\\.com|gotoassist\\.com|netsupportsoftware\\.com|ngrok\\.io|ngrok\\.com|ngrok-free\\.app|trycloudflare\\.com|tailscale\\.com|zohoassist\\.com)$'),
        ['anydesk.com', 'teamviewer.com', 'screenconnect.com', 'splashtop.com', 'rustdesk.com', 'ammyy.com', 'ultraviewer.net', 'action1.com', 'logmein.com', 'supremocontrol.com', 'dwservice.net', 'atera.com', 'simple-help.com', 'gotoassist.com', 'netsupportsoftware.com', 'ngrok.io', 'ngrok.com', 'ngrok-free.app', 'trycloudflare.com', 'tailscale.com', 'zohoassist.com'],
        ['anydesk', 'teamviewer', 'screenconnect', 'splashtop', 'rustdesk', 'ammyy', 'ultraviewer', 'action1', 'logmein', 'supremo', 'dwservice', 'ateraagent', 'simplehelp', 'gotoassist', 'netsupport', 'ngrok', 'ngrok', 'ngrok', 'cloudflared', 'tailscale', 'zohoassist'], ''),
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(src_endpoint_ip, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(device_hostname, ''))
    FROM dns_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC') AND query_hostname IS NOT NULL
  ),
  devices AS (SELECT device, min(time) AS device_first FROM uses WHERE device != '' GROUP BY device),
  tools AS (SELECT tool, uniqExact(device) AS tool_devices FROM uses WHERE tool != '' GROUP BY tool),
  firsts AS (
    SELECT device, tool, min(time) AS first_use, arraySort(groupArrayIf((time, metadata_uid, kind, person, shown), time >= toDateTime64({from:String}, 6, 'UTC'))) AS events,
      max(kind = 'process') AS was_started, max(is_in_writable_folder) AS writable, max(is_asked) AS any_asked
    FROM uses WHERE tool != '' AND device != '' AND NOT has({usual:Array(String)}, tool) GROUP BY device, tool
    HAVING first_use >= toDateTime64({from:String}, 6, 'UTC')
  )
SELECT
  firsts.device AS entity,
  round(greatest(0, 15 + if(was_started, 35, 20) + if(writable, 20, 0) + if(tool_devices = 1, 15, 0) + if(firsts.tool IN ('ngrok', 'chisel', 'frpc', 'cloudflared', 'ligolo', 'plink', 'bore'), 10, 0)
    - if(tool_devices >= {manyDevices:UInt32}, 40, 0)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(firsts.tool, ' was ', if(was_started, 'started', 'looked up'), ' on ', firsts.device, if(events[1].4 = '', '', concat(' by ', events[1].4)), ' for the first time, after ',
    toString(dateDiff('hour', device_first, first_use)), ' hours of events without it; ', toString(tool_devices), if(tool_devices = 1, ' device has it', ' devices have it'),
    if(events[1].5 = '', '', concat(': ', substringUTF8(events[1].5, 1, 160)))) AS description,
  arrayDistinct(arrayConcat([firsts.tool], arrayMap(event -> substringUTF8(event.5, 1, 160), arraySlice(events, 1, 4)))) AS indicators
FROM firsts
GLOBAL INNER JOIN devices ON devices.device = firsts.device
GLOBAL INNER JOIN tools ON tools.tool = firsts.tool
WHERE any_asked AND first_use >= device_first + toIntervalHour({historyHours:UInt32})
ORDER BY score DESC, entity, firsts.tool
LIMIT 100
