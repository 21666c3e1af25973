-- Who used the keys of a cloud's virtual machine elsewhere than on it? (Stolen instance credentials, ATT&CK T1552.005 and T1078.004.) The
-- session that such a machine opens with its own role is called by the machine's id (AWS, "IAM roles for Amazon EC2").
SELECT ifNull(actor_user_uid, assumeNotNull(actor_user_name)) AS principal, lower(min(actor_user_name)) AS machine, ifNull(min(actor_session_issuer), '') AS issuer,
  arraySlice(arraySort(groupUniqArrayIf(assumeNotNull(src_endpoint_ip), src_endpoint_ip IS NOT NULL)), 1, 5) AS addresses,
  arraySlice(arraySort(groupUniqArrayIf(assumeNotNull(http_request_user_agent), match(ifNull(http_request_user_agent, ''), {desktopSystems:String}))), 1, 3) AS desktop_agents,
  arraySlice(arraySort(groupUniqArray(assumeNotNull(api_operation))), 1, 8) AS operations, uniqExactIf(api_operation, match(assumeNotNull(api_operation), '^(List|Describe|Get(Caller|Account|Bucket))')) AS looks,
  count() AS calls, toString(min(time)) AS first_seen, toString(max(time)) AS last_seen,
  arraySlice(arrayMap(call -> call.2, arraySort(groupArrayIf((time, metadata_uid), match(ifNull(http_request_user_agent, ''), {desktopSystems:String})))), 1, 500) AS event_uids
FROM api_activity
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND match(lower(ifNull(actor_user_name, '')), '^i-[0-9a-f]{8,17}$') AND api_operation IS NOT NULL
GROUP BY principal
HAVING notEmpty(desktop_agents)
ORDER BY calls DESC, principal
LIMIT 200
