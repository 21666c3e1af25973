-- Who took many more different files out of shared storage on one day than on their other days, and than anybody else? (Volume against own and
-- peers' history: UEBA practice; SharePoint, OneDrive, Google Drive and Box audit operations.) One row a person and day with at least
-- {leastFiles:UInt32} files, beside what their other days and other people's days look like.
WITH
  reads AS (
    SELECT lower(assumeNotNull(actor_user_name)) AS person, time, metadata_uid, ifNull(src_endpoint_ip, '') AS ip, ifNull(http_request_user_agent, '') AS agent,
      ifNull(actor_session_uid, '') AS session, cityHash64(ifNull(resource_name, ''), ifNull(resource_uid, ''), if(resource_name IS NULL AND resource_uid IS NULL, metadata_uid, '')) AS object,
      replaceRegexpOne(ifNull(resource_name, ''), '^(https?://[^/]+/[^/]+/[^/]+).*$', '\\1') AS site,
      ifNull(traffic_bytes_out, 0) AS bytes, match(api_operation, '(?i)sync') AS is_sync
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND ifNull(status, 'Success') != 'Failure'
      AND actor_user_name IS NOT NULL AND ifNull(actor_user_type, '') NOT IN ('System', 'Application', 'ServicePrincipal')
      AND match(ifNull(api_operation, ''), '^(FileDownloaded|FileSyncDownloadedFull|FileSyncDownloadedPartial|download|DOWNLOAD|GET /.*/content)$')
      AND NOT match(ifNull(actor_user_name, ''), '^(app@sharepoint|nt authority|nt service|sharepoint)')
  ),
  days AS (
    SELECT person, toDate(time) AS day, uniqExact(object) AS files, sum(bytes) AS byte_count, count() AS events, countIf(is_sync) AS synced, uniqExact(site) AS sites,
      min(time) AS first_time, max(time) AS last_time, uniqExact(toStartOfHour(time)) AS active_hours,
      arraySlice(arraySort(groupUniqArrayIf(ip, ip != '')), 1, 5) AS addresses, arraySlice(arraySort(groupUniqArrayIf(agent, agent != '')), 1, 3) AS agents,
      arraySlice(arraySort(groupUniqArrayIf(session, session != '')), 1, 5) AS sessions, arraySlice(arraySort(groupUniqArrayIf(site, site != '')), 1, 5) AS some_sites,
      arraySlice(arrayMap(event -> event.2, arraySort(groupArray((time, metadata_uid)))), 1, 30) AS uids
    FROM reads GROUP BY person, day
  ),
  people AS (SELECT person, arraySort(groupArray((day, files, byte_count))) AS own_days, arraySort(arrayDistinct(arrayFlatten(groupArray((addresses))))) AS own_addresses FROM days GROUP BY person),
  peers AS (SELECT arraySort(groupArray(most)) AS best_days FROM (SELECT person, max(files) AS most FROM days GROUP BY person)),
  active AS (
    SELECT lower(actor_user_name) AS person, uniqExact(toDate(time)) AS active_days FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND actor_user_name IS NOT NULL GROUP BY person
  )
SELECT days.person AS person, toString(days.day) AS day, days.files AS files, days.byte_count AS bytes, days.events AS events, days.synced AS synced, days.sites AS sites,
  toString(days.first_time) AS first_seen, toString(days.last_time) AS last_seen, days.active_hours AS hours, days.addresses AS addresses, days.agents AS agents, days.sessions AS sessions,
  days.some_sites AS some_sites, days.uids AS uids,
  arrayMap(one -> one.2, arrayFilter(one -> one.1 != days.day, people.own_days)) AS other_days,
  greatest(active.active_days, length(people.own_days)) AS days_active,
  arrayCount(most -> most >= days.files, (SELECT best_days FROM peers)) AS people_with_as_many, length((SELECT best_days FROM peers)) AS people_who_download,
  (SELECT best_days FROM peers)[toUInt32(greatest(1, ceil(length((SELECT best_days FROM peers)) / 2)))] AS middle_person
FROM days
GLOBAL INNER JOIN people ON people.person = days.person
GLOBAL INNER JOIN active ON active.person = days.person
WHERE days.files >= {leastFiles:UInt32}
ORDER BY days.files DESC, person, day
LIMIT 2000
