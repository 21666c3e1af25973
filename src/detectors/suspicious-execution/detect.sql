-- Which programs ran as intruders run them, and on how many devices and days does the estate see the same? (Living off the land: LOLBAS project;
-- Sigma rules of process creation; ClickFix as described in public in 2024; rarity as in "Living off the Land" classifiers.)
-- One row for each device, behaviour and shape of command: a command without its numbers, paths of users and long random words. Commands come
-- from started processes, from scripts as they were run, and from what was typed or pasted into the Run dialogue.
WITH
  -- Sensors name a device with its domain or without.
  (name -> lower(if(isIPv4String(name) OR isIPv6String(name), name, splitByChar('.', name)[1]))) AS short_name,
  started AS (
    SELECT time AS event_time, metadata_uid AS uid, short_name(coalesce(device_hostname, device_ip, '')) AS device, lower(ifNull(actor_user_name, '')) AS account,
      ifNull(process_name, '') AS name, ifNull(parent_process_name, '') AS parent, substring(ifNull(process_cmd_line, process_name), 1, 4000) AS command,
      ifNull(process_path, '') AS file_path, ifNull(process_uid, '') AS started_uid, ifNull(parent_process_uid, '') AS parent_uid, 'process' AS source,
      ifNull(process_file_original_name, '') AS original_name
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND coalesce(process_name, process_cmd_line) IS NOT NULL
      AND coalesce(device_hostname, device_ip, '') != ''
    UNION ALL
    SELECT time, metadata_uid, short_name(ifNull(device_hostname, '')), lower(ifNull(actor_user_name, '')), ifNull(actor_process_name, 'powershell.exe'), '',
      substring(assumeNotNull(script_content), 1, 20000), '', ifNull(actor_process_uid, ''), '', 'script', ''
    FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND script_content IS NOT NULL AND ifNull(device_hostname, '') != ''
    UNION ALL
    SELECT time, metadata_uid, short_name(ifNull(device_hostname, '')), lower(ifNull(actor_user_name, '')), 'RunMRU', ifNull(actor_process_name, ''),
      substring(assumeNotNull(reg_value_data), 1, 4000), '', '', '', 'run-dialogue', ''
    FROM registry_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND reg_value_data IS NOT NULL AND ifNull(device_hostname, '') != ''
      AND match(ifNull(reg_key_path, ''), '(?i)\\\\Explorer\\\\(RunMRU|TypedPaths)')
  ),
  -- Most programs say none of these words.
  suspects AS (
    SELECT *, concat(name, ' ', command) AS said, lower(name) AS lower_name, lower(parent) AS lower_parent,
      match(command, '(?i)https?:|invoke-webrequest|\\biwr\\b|invoke-restmethod|\\birm\\b|downloadstring|downloadfile|downloaddata|net\\.webclient|start-bitstransfer|\\bcurl(\\.exe)?\\b|\\bwget\\b|\\\\\\\\[\\w.-]+(@\\w+)?\\\\davwwwroot') AS fetches,
      match(command, '(?i)\\s[-/]e(nc|ncodedcommand|c)?\\s+[''"]?[A-Za-z0-9+/=]{40,}|frombase64string') AS is_encoded,
      match(command, '(?i)[-/]w(in(dowstyle)?)?\\s+(h(id(den)?)?|1)\\b') AS is_hidden
    FROM started
    WHERE multiMatchAny(concat(name, ' ', parent, ' ', command, ' ', original_name), ['(?i)power ?shell|pwsh|mshta|wscript|cscript|regsvr32|rundll32|certutil|bitsadmin|installutil|msbuild|regasm|cmstp|odbcconf|msiexec|conhost|finger|forfiles|curl|wget|cmd',
      '(?i)winword|excel|powerpnt|outlook|onenote|msaccess|mspub|acrord32|acrobat|chrome|msedge|firefox|olk',
      '(?i)anydesk|teamviewer|screenconnect|connectwise|splashtop|strwinclt|rustdesk|ammyy|aa_v3|ultraviewer|meshagent|tacticalrmm|tacticalagent|action1|logmein|supremo|dwagent|remoteutilities|rutserv|zohoassist|ateraagent|simplehelp|gotoassist|g2host|netsupport|client32|radmin|vncserver|tvnserver|winvnc|syncro|bomgar|fleetdeck|pdqconnect|datto|ninjarmm|hoptodesk|parsec',
      '(?i)\\s--(transfers|multi-thread-streams|no-check-certificate|bwlimit)|ngrok|chisel|frpc|cloudflared|ligolo|plink|\\bssh\\b|rclone|megasync|megacmd|winscp|azcopy|s5cmd|restic|filezilla|freefilesync',
      '(?i)7z|\\brar|winrar|compress-archive|makecab|\\btar\\b|zip', '(?i)vssadmin|wbadmin|bcdedit|wmic|shadowcopy|diskshadow|reagentc|wevtutil|mppreference|netsh|fltmc|auditpol|windefend|csagent|csfalcon',
      '(?i)lsass|comsvcs|procdump|mimikatz|sekurlsa|ntdsutil|ntds\\.dit|reg(\\.exe)?["'']?\\s+save|rubeus|lazagne|nanodump|dumpert|secretsdump|\\bsam\\b',
      '(?i)whoami|nltest|\\bnet1?\\b|quser|systeminfo|ipconfig|adfind|dsquery|sharphound|bloodhound|klist|cmdkey|arp|route|tasklist|get-ad', '(?i)schtasks|scheduledtask|currentversion\\\\run|new-service|\\bsc(\\.exe)?\\s', '(?i)RunMRU'])
  ),
  judged AS (
    SELECT *, arrayJoin(arrayFilter(behaviour -> behaviour != '', [
      multiIf(
        source = 'run-dialogue' AND match(command, '(?i)power ?shell|pwsh|mshta|\\bcmd\\b|msiexec|rundll32|regsvr32|wscript|cscript|curl|certutil|bitsadmin|conhost|finger') AND (fetches OR is_encoded OR is_hidden OR match(command, '(?i)\\biex\\b|invoke-expression')), 'pasted into the Run dialogue',
        source = 'process' AND match(lower_parent, '^explorer(\\.exe)?$') AND match(lower_name, '^(powershell|pwsh|mshta|cmd|msiexec|rundll32|regsvr32|wscript|cscript|curl|certutil|bitsadmin|conhost|finger)(\\.exe)?$')
          AND (fetches OR (is_encoded AND is_hidden) OR match(command, '(?i)\\biex\\b|invoke-expression')) AND NOT match(command, '(?i)\\.(lnk|msc)\\b'), 'fetched code from the desktop', ''),
      if(source = 'process' AND match(lower_parent, '^(winword|excel|powerpnt|outlook|olk|onenote|msaccess|mspub|acrord32|acrobat|foxitreader|foxitpdfreader)(\\.exe)?$') AND match(lower_name, '^(powershell|pwsh|cmd|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|curl|msbuild|installutil)(\\.exe)?$')
        AND NOT match(command, '(?i)(printui|shell32\\.dll,|dfshim|davclnt|mshtml|spool)'), 'shell out of a document or mail', ''),
      if(source = 'process' AND match(lower_parent, '^(mshta|regsvr32|hh|wscript|cscript)(\\.exe)?$') AND match(lower_name, '^(powershell|pwsh|cmd|rundll32|regsvr32|certutil|bitsadmin|curl)(\\.exe)?$'),
        if(match(lower_parent, '^(mshta|regsvr32|hh)'), 'shell out of a system program', 'shell out of a script'), ''),
      if(source = 'process' AND match(lower_parent, '^(chrome|msedge|firefox|brave|opera)(\\.exe)?$') AND match(lower_name, '^(powershell|pwsh|cmd|mshta|wscript|cscript|rundll32|regsvr32)(\\.exe)?$')
        AND NOT match(command, '(?i)extension://|native|--type=|shell32\\.dll,|printui|openas_rundll|davclnt|photoviewer'), 'shell out of a browser', ''),
      if(source = 'process' AND match(lower_parent, '^(powershell|pwsh|cmd|wscript|cscript|mshta|rundll32)(\\.exe)?$|^$|explorer|wscript') AND match(file_path, '(?i)\\\\downloads\\\\|\\\\temp\\\\.*\\.zip\\\\|\\\\inetcache\\\\') AND match(lower_name, '\\.(scr|pif|com|hta|jse?|vbe?|wsf)$'), 'script out of the downloads', ''),
      if(source = 'process' AND match(lower_name, '^(wscript|cscript|mshta)(\\.exe)?$') AND match(command, '(?i)\\\\(downloads|temp|inetcache)\\\\[^"]*\\.(jse?|vbe?|wsf|hta)\\b'), 'script out of the downloads', ''),
      multiIf(
        match(said, '(?i)certutil(\\.exe)?["'']?\\s.*(-|/)(urlcache|verifyctl|ping)\\b.*http|bitsadmin(\\.exe)?["'']?\\s.*/(transfer|addfile).*http|mshta(\\.exe)?["'']?\\s+["'']?(https?:|javascript:|vbscript:|\\\\\\\\)|regsvr32(\\.exe)?["'']?\\s.*(/|-)i:["'']?http|rundll32(\\.exe)?["'']?\\s+(javascript:|\\\\\\\\[^\\\\]+@)|installutil.*(/|-)u\\s.*\\\\(users|temp|programdata)|odbcconf.*regsvr|cmstp.*\\\\(users|temp)|finger(\\.exe)?\\s+\\w+@'), 'system program that fetches code',
        match(said, '(?i)msiexec(\\.exe)?["'']?\\s.*https?://') , 'installer from the web', ''),
      if(match(said, '(?i)power ?shell|pwsh') OR source = 'script', multiIf(
        match(command, '(?i)amsiutils|amsiinitfailed|amsiscanbuffer|etweventwrite'), 'disarms the script scanner',
        match(command, '(?i)(\\biex\\b|invoke-expression|\\.invoke\\(|\\|\\s*iex)') AND fetches, 'runs what it fetches',
        is_encoded AND is_hidden, 'hidden encoded command',
        is_encoded AND source != 'script', 'encoded command',
        is_hidden AND fetches, 'hidden download', ''), ''),
      if(source = 'process' AND match(lower_name, '^(anydesk|teamviewer|screenconnect|connectwise|splashtop|strwinclt|rustdesk|ammyy|aa_v3|ultraviewer|meshagent|tacticalrmm|tacticalagent|action1|logmein|supremo|dwagent|remoteutilities|rutserv|zohoassist|za_connect|ateraagent|simplehelp|remote access|gotoassist|g2host|netsupport|client32|radmin|vncserver|tvnserver|winvnc|syncro|bomgar|fleetdeck|pdqconnect|hoptodesk|parsecd)')
        OR match(original_name, '(?i)^(anydesk|screenconnect|rustdesk|meshagent|netsupport|client32|ultraviewer|ateraagent|simplehelp)'), 'remote-management tool', ''),
      if(source = 'process' AND (match(lower_name, '^(ngrok|chisel|frpc|frps|cloudflared|ligolo|bore)') OR match(said, '(?i)(plink|ssh)(\\.exe)?["'']?\\s(.*\\s)?-[a-z]*R[a-z]*\\s+\\S*\\d+')), 'tunnel to the outside', ''),
      if(match(said, '(?i)(^|[\\\\/"\\s])(7z[ar]?|rar|winrar|zip|wzzip)(\\.exe)?["'']?\\s') AND match(command, '(?i)\\sa\\s|\\.(zip|rar|7z)\\b') AND match(command, '(?i)\\s-(p|hp)[^\\s-]\\S*|\\s--password|\\s-mhe\\b'), 'archive with a password', ''),
      if(match(said, '(?i)rclone(\\.exe)?["'']?\\s.*(copy|sync|move|--config)|\\s(copy|copyto|sync|move)\\s.*\\s[a-z0-9_-]{2,}:\\S*.*\\s--(transfers|multi-thread-streams|no-check-certificate|include|exclude|max-age|max-size|ignore-existing|auto-confirm|bwlimit|drive-chunk-size)\\b|megasync|megacmd|mega-put|azcopy.*copy.*https|s5cmd.*(cp|sync)|winscp(\\.com|\\.exe)?["'']?\\s.*(/command|/script|put)|curl(\\.exe)?["'']?\\s.*(\\s-T\\s|--upload-file|-F\\s+["'']?\\w+=@)|restic.*backup.*-r\\s'), 'upload tool', ''),
      multiIf(
        match(said, '(?i)vssadmin(\\.exe)?["'']?\\s+.*delete\\s+shadows|wmic.*shadowcopy.*delete|win32_shadowcopy.*(delete|remove)|wbadmin(\\.exe)?["'']?\\s+delete\\s+(catalog|systemstatebackup|backup)|diskshadow.*delete\\s+shadows|vssadmin.*resize\\s+shadowstorage.*maxsize=4[0-9]{2}mb'), 'backups deleted',
        match(said, '(?i)bcdedit.*(recoveryenabled["'']?\\s+no|bootstatuspolicy["'']?\\s+ignoreallfailures)|reagentc(\\.exe)?["'']?\\s+/disable'), 'recovery disabled', ''),
      multiIf(
        match(said, '(?i)set-mppreference\\s.*-disable\\w+\\s+(\\$?true|1)|add-mppreference\\s.*-exclusion(path|process|extension)|disableantispyware|disablerealtimemonitoring|(sc(\\.exe)?["'']?\\s+(stop|delete|config)|net1?(\\.exe)?["'']?\\s+stop)\\s+["'']?(windefend|sense|wdnissvc|csagent|csfalconservice|sysmon(64)?|sentinelagent|cbdefense|mcshield|savservice|ekrn)|fltmc(\\.exe)?["'']?\\s+unload|taskkill.*(msmpeng|csfalcon|sentinel|cbdefense)'), 'protection disabled',
        match(said, '(?i)wevtutil(\\.exe)?["'']?\\s+(cl|clear-log)\\b|clear-eventlog|auditpol.*/(clear|remove)'), 'event logs cleared',
        match(said, '(?i)netsh.*(advfirewall\\s+set\\s+\\w+\\s+state\\s+off|firewall\\s+set\\s+opmode\\s+(mode=)?disable)|set-netfirewallprofile.*-enabled\\s+(\\$?false|0)'), 'firewall switched off', ''),
      if(match(said, '(?i)(net1?(\\.exe)?["'']?\\s+stop|sc(\\.exe)?["'']?\\s+stop|taskkill.*/im)\\s+["'']?(sql|mssql|veeam|backup|msexch|oracle|mysql|vss|sqlagent|sophos)'), 'services stopped', ''),
      if(match(said, '(?i)comsvcs(\\.dll)?[,\\s]+["'']?(minidump|#24|#\\+?24)|procdump(64)?(\\.exe)?["'']?\\s.*lsass|mimikatz|sekurlsa::|invoke-mimikatz|lsadump::|nanodump|dumpert|lazagne|rubeus(\\.exe)?["'']?\\s+(kerberoast|asreproast|dump|asktgt)|out-minidump|rdrleakdiag.*fullmemdmp|createdump.*lsass'), 'credential dumping',
        if(match(said, '(?i)ntdsutil.*(ifm|ac\\s+i\\s+ntds)|reg(\\.exe)?["'']?\\s+save\\s+["'']?hk(lm|ey_local_machine)\\\\(sam|security|system)\\b|(copy|esentutl|vssadmin create shadow).*(ntds\\.dit|\\\\config\\\\(sam|security))'), 'credential store copied', '')),
      if(source = 'process', multiIf(
        match(said, '(?i)adfind(\\.exe)?["'']?\\s|sharphound|bloodhound|invoke-sharefinder|powerview|seatbelt|adrecon'), 'directory survey tool',
        match(said, '(?i)whoami(\\.exe)?["'']?(\\s+/(all|groups|priv))?\\s*$|nltest(\\.exe)?["'']?\\s+/(dclist|domain_trusts|dsgetdc|trusted_domains)|net1?(\\.exe)?["'']?\\s+(group|localgroup|user|view|accounts|share)\\b|quser|qwinsta|query\\s+(user|session)|systeminfo|ipconfig(\\.exe)?["'']?\\s+/all|dsquery|klist|cmdkey\\s+/list|arp(\\.exe)?["'']?\\s+-a|route(\\.exe)?["'']?\\s+print|tasklist(\\.exe)?["'']?\\s+/(svc|v)|net1?(\\.exe)?["'']?\\s+time|get-ad(user|computer|group|domain|trust)'), 'survey command', ''), ''),
      if(match(said, '(?i)schtasks(\\.exe)?["'']?\\s+.*/create.*(\\\\microsoft\\\\windows\\\\|powershell|mshta|wscript|cscript|rundll32|\\\\users\\\\|\\\\programdata\\\\|\\\\temp\\\\|\\\\public\\\\|http)|register-scheduledtask.*(hidden|enc)|reg(\\.exe)?["'']?\\s+add\\s+.*currentversion\\\\run.*(\\\\users\\\\|\\\\programdata\\\\|\\\\temp\\\\|powershell|mshta|wscript|rundll32)|mshta.*\\\\startup\\\\'), 'start at logon or by the clock', '')
    ])) AS behaviour,
    cityHash64(behaviour, lower_name, lower_parent, replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(lower(command), '\\\\users\\\\[^\\\\"]+', '\\\\users\\\\*'), '[a-z0-9+/=_-]{24,}', '#'), '[0-9a-f]*[0-9][0-9a-f-]*', '#')) AS shape
    FROM suspects
  ),
  -- A remote-management tool is the tool, however it was started; a survey command is the command.
  shaped AS (
    SELECT *, if(behaviour = 'remote-management tool', cityHash64(behaviour, extract(lower_name, '^[a-z_ ]+')), if(behaviour = 'survey command', cityHash64(behaviour, extract(lower(said), '(whoami|nltest|net1? (?:group|localgroup|user|view|accounts|share|time)|quser|qwinsta|query|systeminfo|ipconfig|dsquery|klist|cmdkey|arp|route|tasklist|get-ad[a-z]+)')), shape)) AS kind_shape
    FROM judged
  ),
  prevalence AS (
    SELECT kind_shape, uniqExact(device) AS shape_devices, uniqExact(toDate(event_time)) AS shape_days, uniqExact(account) AS shape_accounts FROM shaped GROUP BY kind_shape
  ),
  hits AS (
    SELECT device, behaviour, kind_shape, min(event_time) AS first_time, max(event_time) AS last_time, count() AS event_count,
      uniqExact(toDate(event_time)) AS own_days,
      argMin((name, parent, account, substringUTF8(command, 1, 400), file_path, source), (event_time, uid)) AS example,
      arraySlice(arraySort(groupUniqArrayIf(account, account != '')), 1, 5) AS accounts,
      arraySlice(arraySort(groupUniqArrayIf(started_uid, started_uid != '')), 1, 10) AS process_uids, arraySlice(arraySort(groupUniqArrayIf(parent_uid, parent_uid != '')), 1, 10) AS parent_uids,
      arraySlice(arrayMap(event -> event.2, arraySort(groupArray((event_time, uid)))), 1, 10) AS event_uids,
      arraySlice(arrayMap(event -> toString(event.1), arraySort(groupArray((event_time, uid)))), 1, 40) AS times
    FROM shaped GROUP BY device, behaviour, kind_shape
  )
SELECT hits.device AS device, hits.behaviour AS behaviour, toString(hits.kind_shape) AS command_shape, toString(hits.first_time) AS first_seen, toString(hits.last_time) AS last_seen,
  hits.event_count AS events, hits.own_days AS days, hits.example.1 AS program, hits.example.2 AS parent_program, hits.example.3 AS account_name, hits.example.4 AS command_line,
  hits.example.5 AS program_path, hits.example.6 AS origin, hits.accounts AS account_names, hits.process_uids AS processes, hits.parent_uids AS parents, hits.event_uids AS uids, hits.times AS moments,
  prevalence.shape_devices AS estate_devices, prevalence.shape_days AS estate_days, prevalence.shape_accounts AS estate_accounts,
  (SELECT uniqExact(device) FROM started) AS all_devices
FROM hits GLOBAL INNER JOIN prevalence ON prevalence.kind_shape = hits.kind_shape
ORDER BY estate_devices, hits.first_time, device, behaviour, hits.kind_shape
LIMIT 6000
