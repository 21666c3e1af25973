-- Which device ran scripts that are encoded, decode themselves, load code into memory, or fetch and execute? (fileless execution by its words)
WITH
  commands AS (
    SELECT metadata_uid, time, coalesce(device_hostname, device_ip, '') AS device, ifNull(actor_user_name, '') AS person, assumeNotNull(process_cmd_line) AS command,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(device_ip, ''))
        OR has({entities:Array(String)}, ifNull(actor_user_name, '')) AS is_asked
    FROM process_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND process_cmd_line IS NOT NULL
      AND match(concat(ifNull(process_name, ''), ' ', process_cmd_line), '(?i)powershell|pwsh|\\b(ba|da|z|k)?sh\\b|python|perl|cmd')
    UNION ALL
    SELECT metadata_uid, time, ifNull(device_hostname, ''), ifNull(actor_user_name, ''), substring(assumeNotNull(script_content), 1, 20000),
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(device_hostname, '')) OR has({entities:Array(String)}, ifNull(actor_user_name, ''))
    FROM script_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND script_content IS NOT NULL
  ),
  traits AS (
    SELECT metadata_uid, time, device, person, command, is_asked, cityHash64(replaceRegexpAll(lower(substring(command, 1, 400)), '[0-9a-f]{4,}', '#')) AS kind,
      arrayFilter(trait -> trait != '', [
        if(match(command, '(?i)reflection\\.assembly\\]?::load|\\bvirtualalloc\\b|getdelegateforfunctionpointer|amsi(utils|initfailed|scanbuffer)|etweventwrite|invoke-reflectivepeinjection|add-type.{0,200}dllimport'), 'loads code into memory or interferes with scanning', ''),
        if(match(command, '(?i)(\\biex\\b|invoke-expression).{0,200}(download(string|data)|webclient|invoke-webrequest|\\biwr\\b|invoke-restmethod|\\birm\\b)|(download(string|data)|invoke-webrequest|\\biwr\\b|invoke-restmethod|\\birm\\b).{0,200}(\\biex\\b|invoke-expression)|(curl|wget)\\s[^|;]{0,200}\\|\\s*(ba|da|z)?sh\\b'), 'fetches and executes', ''),
        if(match(command, '(?i)\\s[-/]e(c|n|nc|nco\\w*)?\\s+["'']?[a-z0-9+/=]{40}'), 'encoded command', ''),
        if(match(command, '(?i)frombase64string|io\\.compression\\.(gzip|deflate)stream|base64\\s+(-d|--decode)|-join.{0,60}\\[char\\]|\\[char\\[\\]\\].{0,60}-join|-bxor'), 'decodes itself', ''),
        if(match(command, '(?i)\\s-w(in\\w*)?\\s+(h\\w*|1)\\b') AND match(command, '(?i)\\s-(nop\\w*|noni\\w*|ep|exec\\w*)\\b'), 'hidden and bypassing', '')]) AS found
    FROM commands WHERE device != ''
  ),
  spread AS (SELECT kind, uniqExact(device) AS devices FROM traits WHERE notEmpty(found) GROUP BY kind),
  grouped AS (
    SELECT device, person, arraySort(arrayDistinct(arrayFlatten(groupArray(found)))) AS kinds, arraySort(groupArray((time, metadata_uid, substringUTF8(command, 1, 160)))) AS events,
      min(devices) AS fewest_devices
    FROM traits GLOBAL INNER JOIN spread USING (kind)
    WHERE notEmpty(found) AND is_asked GROUP BY device, person
  )
SELECT
  device AS entity,
  round(greatest(0, least(100, 15 + arrayMax(kind -> transform(kind, ['loads code into memory or interferes with scanning', 'fetches and executes', 'encoded command', 'decodes itself', 'hidden and bypassing'], [35, 35, 30, 20, 10], 0), kinds)
    + 15 * (length(kinds) - 1)) - if(fewest_devices >= {manyDevices:UInt32}, 35, 0)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(if(person = '', 'Somebody', person), ' ran ', toString(length(events)), if(length(events) = 1, ' script or command on ', ' scripts or commands on '), device, ': ', arrayStringConcat(kinds, ', '),
    '; first: ', replaceRegexpAll(events[1].3, '\\s+', ' ')) AS description,
  arraySlice(arrayDistinct(arrayMap(event -> replaceRegexpAll(event.3, '\\s+', ' '), events)), 1, 6) AS indicators
FROM grouped
ORDER BY score DESC, entity, person
LIMIT 100
