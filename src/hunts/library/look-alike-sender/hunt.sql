-- Which sender's domain looks like one of our own? (impersonation; edit distance and folded look-alike letters)
WITH
  (text -> replaceAll(replaceAll(replaceAll(translate(text, '01354i', 'olesal'), 'rn', 'm'), 'vv', 'w'), '-', '')) AS folded,
  messages AS (
    SELECT metadata_uid, time, lower(extract(coalesce(email_header_from, email_from, ''), '([^<>@\\s"]+@[^<>@\\s"]+)')) AS sender,
      cutToFirstSignificantSubdomain(splitByChar('@', sender)[2]) AS sender_domain, arrayMap(value -> lower(value), email_to) AS recipients,
      lower(extract(ifNull(email_reply_to, ''), '@([^<>@\\s"]+)')) AS reply_domain, ifNull(email_subject, '') AS subject,
      lower(ifNull(spf_result, '')) IN ('fail', 'softfail') OR lower(ifNull(dmarc_result, '')) = 'fail' AS failed_checks,
      ifNull(disposition, 'Delivered') NOT IN ('Blocked', 'Quarantined') AS was_delivered
    FROM email_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND lower(ifNull(direction, 'inbound')) != 'outbound'
  ),
  recipient_domains AS (
    SELECT cutToFirstSignificantSubdomain(splitByChar('@', recipient)[2]) AS own_domain, count() AS received
    FROM messages ARRAY JOIN recipients AS recipient WHERE own_domain != '' GROUP BY own_domain
  ),
  own AS (
    SELECT own_domain FROM recipient_domains
    WHERE if(empty({ownDomains:Array(String)}), received >= {ownShare:Float64} * (SELECT sum(received) FROM recipient_domains), has({ownDomains:Array(String)}, own_domain))
  ),
  senders AS (
    SELECT sender_domain, count() AS sent, countIf(was_delivered) AS delivered, countIf(failed_checks) AS failures,
      countIf(reply_domain != '' AND cutToFirstSignificantSubdomain(reply_domain) != sender_domain) AS answers_elsewhere,
      arraySort(groupArray((time, metadata_uid))) AS events, arraySort(groupUniqArray(sender)) AS addresses,
      arraySort(arrayDistinct(arrayFlatten(groupArray(recipients)))) AS reached, argMin(subject, (time, metadata_uid)) AS first_subject
    FROM messages WHERE sender_domain != '' AND length(sender_domain) <= 255 GROUP BY sender_domain HAVING sent <= {mostMessages:UInt32}
  ),
  pairs AS (
    SELECT *, splitByChar('.', own_domain)[1] AS own_label, splitByChar('.', sender_domain)[1] AS sender_label,
      editDistance(sender_domain, own_domain) AS edits, folded(sender_label) = folded(own_label) AND sender_label != own_label AS is_folded,
      sender_label = own_label AS is_other_ending,
      length(own_label) >= 5 AND position(sender_label, own_label) > 0 AND NOT is_other_ending AS is_extended
    FROM senders GLOBAL CROSS JOIN own
    WHERE sender_domain != own_domain AND sender_domain GLOBAL NOT IN (SELECT own_domain FROM own)
  )
SELECT
  sender_domain AS entity,
  round(greatest(0, 25 + multiIf(is_folded, 40, is_other_ending, 15, edits = 1, 30, is_extended, 15, edits = 2, 15, 0)
    + if(answers_elsewhere > 0, 15, 0) + if(failures > 0, 10, 0) + if(sent <= 3, 10, 0) - if(delivered = 0, 30, 0)), 1) AS score,
  sent AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(toString(sent), if(sent = 1, ' message', ' messages'), ' from ', addresses[1], ', whose domain ', multiIf(is_folded, 'reads like ', is_other_ending, 'has the name of ', is_extended, 'contains the name of ', 'is nearly '),
    own_domain, '; to ', arrayStringConcat(arraySlice(reached, 1, 3), ', '), if(length(reached) > 3, concat(' and ', toString(length(reached) - 3), ' more'), ''),
    '; ', toString(delivered), ' delivered; first subject: ', substringUTF8(first_subject, 1, 80)) AS description,
  arrayConcat([sender_domain], arraySlice(addresses, 1, 5), arraySlice(reached, 1, 10)) AS indicators
FROM pairs
WHERE (is_folded OR is_extended OR is_other_ending OR (edits <= {mostDistance:UInt32} AND length(own_label) >= 5))
  AND (empty({entities:Array(String)}) OR has({entities:Array(String)}, sender_domain) OR hasAny({entities:Array(String)}, addresses) OR hasAny({entities:Array(String)}, reached))
ORDER BY score DESC, entity, own_domain
LIMIT 100
