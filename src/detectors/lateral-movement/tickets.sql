-- Who asked for a ticket to, or gave credentials for, which host, from where? A remote shell's logon names no address; this does.
-- (Windows events 4769 and 4648, Zeek kerberos. service: the class of the service principal, where one is given.)
WITH
  asked AS (
    SELECT metadata_uid, time, lower(user_name) AS account_name, src_endpoint_ip, lower(src_endpoint_hostname) AS source_name,
      activity_name = 'Explicit Credentials' AS is_explicit,
      lower(coalesce(dst_endpoint_hostname, nullIf(splitByChar('/', ifNull(service_name, ''))[2], ''))) AS target_name,
      lower(if(position(ifNull(coalesce(resource_name, service_name), ''), '/') > 0, splitByChar('/', assumeNotNull(coalesce(resource_name, service_name)))[1], '')) AS principal
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND activity_name IN ('Service Ticket Request', 'Explicit Credentials') AND ifNull(status, 'Success') = 'Success'
      AND isNotNull(user_name) AND NOT endsWith(user_name, '$')
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1') AND (isNotNull(src_endpoint_ip) OR isNotNull(src_endpoint_hostname))
  ),
  edges AS (
    SELECT account_name, src_endpoint_ip, source_name, splitByChar(':', assumeNotNull(target_name))[1] AS target, min(time) AS first_time, max(time) AS last_time,
      count() AS event_count, max(is_explicit) AS explicit,
      arraySort(groupUniqArray(toString(toDate(time)))) AS days,
      arraySlice(arraySort(groupUniqArray(toUnixTimestamp(toStartOfMinute(time)))), 1, 300) AS minutes,
      arraySort(groupUniqArrayIf(principal, principal != '')) AS services,
      arrayMap(event -> event.2, groupArraySorted(4)((time, metadata_uid))) AS event_uids
    FROM asked
    WHERE isNotNull(target_name) AND target_name NOT IN ('krbtgt', 'localhost') AND principal NOT IN ('krbtgt', 'ldap', 'gc')
    GROUP BY account_name, src_endpoint_ip, source_name, target
  ),
  rare AS (SELECT target FROM edges GROUP BY target HAVING uniqExact(coalesce(src_endpoint_ip, source_name)) <= 5)
SELECT account_name AS account, src_endpoint_ip AS source_ip, source_name AS source_hostname, target AS target_hostname,
  toString(first_time) AS first_seen, toString(last_time) AS last_seen, event_count, explicit AS is_explicit, days, minutes, services, event_uids
FROM edges
WHERE target GLOBAL IN (SELECT target FROM rare)
  AND (isNull(src_endpoint_ip) OR arrayExists(network -> isIPAddressInRange(ifNull(src_endpoint_ip, '255.255.255.255'), network), {internal:Array(String)}))
ORDER BY first_time, account, source_ip, source_hostname, target
LIMIT 10000
