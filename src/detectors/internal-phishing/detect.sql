-- Whose mailbox suddenly sent one message with links to many? (Internal phishing, ATT&CK T1534: an account that was taken over writes to its
-- contacts; Ho et al., "Detecting and Characterizing Lateral Phishing at Scale", USENIX Security 2019.) One row for each sender and subject, as
-- the busiest hour shows it, beside the sender's other mail, other senders, the filter's later verdicts, and what was new in the hours before.
WITH
  sent AS (
    SELECT time, metadata_uid, lower(assumeNotNull(email_from)) AS sender, lower(replaceRegexpAll(ifNull(email_subject, ''), '(?i)^((re|fw|fwd|aw|wg|antw): *)+|[0-9]+', '')) AS topic,
      ifNull(email_subject, '') AS subject, email_to AS recipients, ifNull(url_count, 0) AS links, ifNull(email_message_uid, '') AS message, ifNull(src_endpoint_ip, '') AS ip,
      match(concat(ifNull(threat_classification, ''), ' ', arrayStringConcat(threat_names, ' ')), '(?i)phish|malware|malicious|impost') AS is_condemned, ifNull(direction, '') AS way, ifNull(email_subject, '') LIKE 'RE:%' AS is_reply
    FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND email_from IS NOT NULL AND notEmpty(email_to)
      AND (ifNull(direction, '') IN ('Internal', 'Outbound') OR splitByChar('@', lower(assumeNotNull(email_from)))[2] GLOBAL IN (
        SELECT name FROM (SELECT lower(splitByChar('@', assumeNotNull(user_email_addr))[2]) AS name, user_email_addr AS person FROM authentication
          WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND position(ifNull(user_email_addr, ''), '@') > 0 AND status = 'Success' AND ifNull(user_type, '') != 'Guest')
        GROUP BY name HAVING uniqExact(person) >= 2))
  ),
  bursts AS (
    SELECT sender, topic, toStartOfHour(time) AS hour_start, uniqExactArray(recipients) AS people, uniqExact(message) AS messages, max(links) AS most_links, max(is_condemned) AS condemned,
      min(time) AS first_time, max(time) AS last_time, max(subject) AS some_subject, countIf(way = 'Internal') AS inside, countIf(way = 'Outbound') AS outside, max(is_reply) AS replies,
      arraySlice(arraySort(groupUniqArrayIf(message, message != '')), 1, 10) AS message_uids, arraySlice(arraySort(groupUniqArrayIf(ip, ip != '')), 1, 5) AS addresses,
      arraySlice(arraySort(groupUniqArrayArray(recipients)), 1, 10) AS some_recipients, arraySlice(arrayMap(event -> event.2, arraySort(groupArray((time, metadata_uid)))), 1, 30) AS uids
    FROM sent GROUP BY sender, topic, hour_start
  ),
  suspects AS (SELECT * FROM bursts WHERE people >= {leastRecipients:UInt32}),
  -- The sender's other messages, and how many senders ever write to so many.
  histories AS (
    SELECT suspects.sender AS sender, suspects.topic AS topic, suspects.hour_start AS hour_start, maxIf(others.people, others.topic != suspects.topic) AS most_otherwise,
      uniqExactIf(others.hour_start, others.topic != suspects.topic) AS other_hours, uniqExactIf(toDate(others.hour_start), others.topic = suspects.topic) AS topic_days,
      uniqExactIf((others.topic, toDate(others.hour_start)), others.people >= {leastRecipients:UInt32}) AS own_bursts
    FROM suspects GLOBAL INNER JOIN bursts AS others ON others.sender = suspects.sender GROUP BY sender, topic, hour_start
  ),
  estate AS (SELECT uniqExact(sender) AS senders, uniqExactIf(sender, people >= {leastRecipients:UInt32}) AS burst_senders FROM bursts),
  sign_ins AS (
    SELECT lower(coalesce(nullIf(user_email_addr, ''), user_name)) AS person, assumeNotNull(src_endpoint_ip) AS ip, min(time) AS first_time, argMin(metadata_uid, (time, metadata_uid)) AS first_uid, max(ifNull(src_endpoint_location_country, '')) AS country
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL
      AND lower(coalesce(nullIf(user_email_addr, ''), user_name)) GLOBAL IN (SELECT sender FROM suspects) GROUP BY person, ip
  ),
  sharers AS (
    SELECT src_endpoint_ip AS ip, uniqExact(lower(coalesce(nullIf(user_email_addr, ''), user_name))) AS people FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND status = 'Success' AND src_endpoint_ip IS NOT NULL GROUP BY ip
  ),
  arrivals AS (
    SELECT sign_ins.person AS person, arraySort(groupArray((sign_ins.first_time, sign_ins.first_uid, sign_ins.ip, sign_ins.country))) AS firsts
    FROM sign_ins GLOBAL INNER JOIN sharers ON sharers.ip = sign_ins.ip WHERE sharers.people <= 3 GROUP BY person
  ),
  beginnings AS (SELECT person, min(first_time) AS history_from FROM sign_ins GROUP BY person),
  rules AS (
    SELECT lower(ifNull(actor_user_name, '')) AS person, arraySort(groupArray((time, metadata_uid))) AS made FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND match(ifNull(api_operation, ''), '(?i)^(new|set|enable)-?_?inboxrule|^updateinboxrules') GROUP BY person
  ),
  clicked AS (
    SELECT email_message_uid AS message, uniqExact(user_email_addr) AS clickers FROM email_url_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND email_message_uid IS NOT NULL GROUP BY message
  )
SELECT suspects.sender AS person, suspects.some_subject AS subject, suspects.topic AS topic, toString(suspects.hour_start) AS hour, toString(suspects.first_time) AS first_seen, toString(suspects.last_time) AS last_seen,
  suspects.people AS recipients, suspects.messages AS messages, suspects.most_links AS links, suspects.condemned AS is_condemned, suspects.inside AS inside, suspects.outside AS outside,
  suspects.message_uids AS message_uids, suspects.addresses AS addresses, suspects.some_recipients AS some_recipients, suspects.uids AS uids,
  ifNull(histories.most_otherwise, 0) AS most_otherwise, histories.other_hours AS other_hours, histories.topic_days AS topic_days, histories.own_bursts AS own_bursts,
  (SELECT senders FROM estate) AS senders, (SELECT burst_senders FROM estate) AS burst_senders,
  arrayFilter(one -> one.1 <= suspects.first_time AND one.1 >= suspects.first_time - toIntervalHour({hoursBefore:UInt32}) AND dateDiff('second', beginnings.history_from, one.1) > 43200, arrivals.firsts)[1] AS arrival,
  arrival.2 AS arrival_uid, arrival.3 AS arrival_address, arrival.4 AS arrival_country,
  arrayFilter(one -> one.1 <= suspects.last_time + toIntervalHour(1) AND one.1 >= suspects.first_time - toIntervalHour({hoursBefore:UInt32}), rules.made)[1].2 AS rule_uid,
  toUInt64(ifNull(arraySum(arrayMap(message -> (arrayFirst(one -> one.1 = message, (SELECT groupArray((ifNull(message, ''), clickers)) FROM clicked)) AS found).2, suspects.message_uids)), 0)) AS clickers
FROM suspects
GLOBAL INNER JOIN histories ON histories.sender = suspects.sender AND histories.topic = suspects.topic AND histories.hour_start = suspects.hour_start
GLOBAL LEFT JOIN arrivals ON arrivals.person = suspects.sender
GLOBAL LEFT JOIN beginnings ON beginnings.person = suspects.sender
GLOBAL LEFT JOIN rules ON rules.person = suspects.sender
ORDER BY suspects.people DESC, person, topic, hour
LIMIT 2000
