-- Who followed a link that the mail filter or the vendor condemned, and what of the person's sign-ins followed? (Clicks that were let
-- through, ATT&CK T1566.002, T1204.001.) One row for each person and host of the link; how many others met it too tells
-- a simulation or a broad campaign from a lure that was made for one.
WITH
  clicks AS (
    SELECT time, metadata_uid, lower(user_email_addr) AS person, ifNull(disposition, '') AS verdict, lower(ifNull(url_hostname, domain(ifNull(url_string, '')))) AS host,
      ifNull(url_string, '') AS url, ifNull(email_message_uid, '') AS message, lower(ifNull(email_from, '')) AS sender, ifNull(threat_classification, '') AS class,
      ifNull(threat_campaign_uid, '') AS campaign, ifNull(src_endpoint_ip, '') AS ip, metadata_product_name AS product
    FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND user_email_addr IS NOT NULL
      AND (url_hostname IS NOT NULL OR url_string IS NOT NULL)
  ),
  condemned AS (SELECT host FROM clicks WHERE match(class, '(?i)phish|malware|malicious|impost|credential') AND host != '' GROUP BY host),
  hosts AS (
    SELECT host, uniqExact(person) AS host_people, uniqExactIf(person, verdict != 'Blocked') AS host_permitted, uniqExact(message) AS host_messages,
      dateDiff('second', min(time), max(time)) / 3600 AS host_hours
    FROM clicks WHERE host GLOBAL IN (SELECT host FROM condemned) GROUP BY host
  ),
  -- How many got the message is told by the mail log, if it is there.
  messages AS (
    SELECT email_message_uid AS message, uniqExact(arrayJoin(if(empty(email_to), [''], email_to))) AS recipients, max(ifNull(email_from, '')) AS from_address, max(ifNull(email_subject, '')) AS subject,
      min(time) AS received FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND email_message_uid GLOBAL IN (SELECT message FROM clicks WHERE message != '') GROUP BY message
  ),
  senders AS (
    SELECT lower(ifNull(email_from, '')) AS sender, uniqExact(arrayJoin(if(empty(email_to), [''], email_to))) AS sender_recipients FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND email_from IS NOT NULL GROUP BY sender
  ),
  sign_ins AS (
    SELECT lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS person, assumeNotNull(src_endpoint_ip) AS ip, min(time) AS first_time, argMin(metadata_uid, (time, metadata_uid)) AS first_uid, max(ifNull(src_endpoint_location_country, '')) AS country
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL
      AND lower(coalesce(nullIf(user_email_addr, ''), user_name)) GLOBAL IN (SELECT person FROM clicks) GROUP BY person, ip
  ),
  sharers AS (
    SELECT src_endpoint_ip AS ip, uniqExact(lower(coalesce(nullIf(user_email_addr, ''), user_name))) AS people FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL GROUP BY ip
  ),
  arrivals AS (
    SELECT sign_ins.person AS person, arraySort(groupArray((sign_ins.first_time, sign_ins.first_uid, sign_ins.ip, sign_ins.country))) AS firsts
    FROM sign_ins GLOBAL INNER JOIN sharers ON sharers.ip = sign_ins.ip WHERE sharers.people <= 3 GROUP BY person
  ),
  histories AS (SELECT person, min(first_time) AS history_from FROM sign_ins GROUP BY person),
  visits AS (
    SELECT person, host, min(time) AS first_time, max(time) AS last_time, count() AS click_count, max(class) AS classification, max(campaign) AS campaign_uid, max(sender) AS mail_sender,
      arraySlice(arraySort(groupUniqArrayIf(message, message != '')), 1, 5) AS message_uids, arraySlice(arraySort(groupUniqArray(url)), 1, 3) AS urls, arraySlice(arraySort(groupUniqArrayIf(ip, ip != '')), 1, 3) AS addresses,
      arraySlice(arraySort(groupUniqArray(product)), 1, 3) AS products, arraySlice(arrayMap(event -> event.2, arraySort(groupArray((time, metadata_uid)))), 1, 20) AS uids
    FROM clicks WHERE host GLOBAL IN (SELECT host FROM condemned) AND verdict = 'Allowed' GROUP BY person, host
  )
SELECT visits.person AS person, visits.host AS host, toString(visits.first_time) AS first_seen, toString(visits.last_time) AS last_seen, visits.click_count AS clicks, visits.classification AS classification,
  visits.campaign_uid AS campaign, if(visits.mail_sender = '', ifNull(messages.from_address, ''), visits.mail_sender) AS sender, ifNull(messages.subject, '') AS subject,
  visits.message_uids AS messages, visits.urls AS urls, visits.addresses AS addresses, visits.products AS products, visits.uids AS uids,
  hosts.host_people AS host_people, hosts.host_permitted AS host_permitted, hosts.host_messages AS host_messages, hosts.host_hours AS host_hours,
  greatest(ifNull(messages.recipients, 0), ifNull(senders.sender_recipients, 0)) AS recipients,
  arrayFilter(one -> one.1 >= visits.first_time AND one.1 <= visits.first_time + toIntervalHour({hoursAfter:UInt32}) AND histories.history_from < visits.first_time, arrivals.firsts)[1] AS arrival,
  arrival.2 AS arrival_uid, arrival.3 AS arrival_address, arrival.4 AS arrival_country, if(arrival.2 = '', NULL, dateDiff('second', visits.first_time, arrival.1) / 60) AS arrival_minutes
FROM visits
GLOBAL INNER JOIN hosts ON hosts.host = visits.host
GLOBAL LEFT JOIN messages ON messages.message = visits.message_uids[1]
GLOBAL LEFT JOIN senders ON senders.sender = visits.mail_sender AND visits.mail_sender != ''
GLOBAL LEFT JOIN arrivals ON arrivals.person = visits.person
GLOBAL LEFT JOIN histories ON histories.person = visits.person
ORDER BY first_seen, person, host
LIMIT 2000
