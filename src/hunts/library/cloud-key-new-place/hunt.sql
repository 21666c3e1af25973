-- Which cloud identity was used from a network or by a program that it never used, above all an instance's role in somebody's tool? (stolen cloud keys)
WITH
  owners AS (SELECT ip, max(autonomous_system_number) AS number FROM network_owner GROUP BY ip),
  calls AS (
    SELECT metadata_uid, time, time >= toDateTime64({from:String}, 6, 'UTC') AS is_now, assumeNotNull(actor_user_uid) AS identity, coalesce(actor_user_name, actor_user_uid, '') AS person,
      assumeNotNull(src_endpoint_ip) AS address, ifNull(api_operation, '') AS operation, ifNull(status, '') = 'Failure' AS was_refused,
      extract(lower(ifNull(http_request_user_agent, '')), '^\\[?(aws-cli|boto3|botocore|aws-sdk-[a-z]+|terraform|pulumi|azure-cli|azurecli|google-cloud-sdk|gcloud|curl|python-requests|go-http-client|powershell|rclone|s3cmd|mozilla|console)') AS program,
      match(identity, ':assumed-role/[^/]+/i-[0-9a-f]+$') OR match(person, '(^|/)i-[0-9a-f]{5,}$') AS is_instance_role,
      program IN ('aws-cli', 's3cmd', 'rclone', 'curl', 'powershell', 'terraform', 'pulumi') AS is_hand_tool,
      match(operation, '(?i)^(getcalleridentity|listbuckets|list(users|roles|attached|policies|accesskeys|secrets)|describeinstances|getaccount|describesecurity|simulateprincipal|listfunctions)') AS is_question,
      empty({entities:Array(String)}) OR has({entities:Array(String)}, ifNull(actor_user_name, '')) OR has({entities:Array(String)}, identity) OR has({entities:Array(String)}, ifNull(actor_session_issuer, ''))
        OR has({entities:Array(String)}, ifNull(actor_access_key_uid, '')) OR has({entities:Array(String)}, address) AS is_asked
    FROM api_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') - toIntervalDay({lookbackDays:UInt32}) AND time < toDateTime64({to:String}, 6, 'UTC')
      AND actor_user_uid IS NOT NULL AND src_endpoint_ip IS NOT NULL AND actor_app_name IS NULL
  ),
  placed AS (
    SELECT calls.*, coalesce(concat('AS', toString(owners.number)), replaceRegexpOne(calls.address, '[.:][^.:]*$', '')) AS network
    FROM calls GLOBAL LEFT JOIN owners ON owners.ip = calls.address
  ),
  identities AS (
    SELECT identity, arraySort(groupArray((time, metadata_uid, address, network, program, operation))) AS history, max(is_asked) AS any_asked FROM placed GROUP BY identity
  ),
  uses AS (
    SELECT identity, network, program, max(person) AS who, max(address) AS from_address, max(is_instance_role AND is_hand_tool) AS is_carried_off, countIf(is_question) AS questions, countIf(was_refused) AS refusals,
      arraySort(groupArrayIf((time, metadata_uid, operation), is_now)) AS events, min(time) AS first_use
    FROM placed GROUP BY identity, network, program HAVING notEmpty(events) AND first_use >= toDateTime64({from:String}, 6, 'UTC')
  ),
  judged AS (
    SELECT *, arrayFilter(event -> event.1 < first_use, history) AS before, length(before) >= {leastHistory:UInt32} AS has_history,
      has_history AND NOT arrayExists(event -> event.4 = network, before) AS is_new_network,
      has_history AND program != '' AND NOT arrayExists(event -> event.5 = program, before) AS is_new_program
    FROM uses GLOBAL INNER JOIN identities USING (identity)
  )
SELECT
  who AS entity,
  round(least(100, 5 + if(is_carried_off, 40, 0) + if(is_new_network, 20, 0) + if(is_new_program, 15, 0) + if(questions > 0, 15, 0) + if(refusals > 0, 10, 0)), 1) AS score,
  length(events) AS n,
  toString(events[1].1) AS first_time,
  toString(events[-1].1) AS last_time,
  arrayMap(event -> event.2, arraySlice(events, 1, 20)) AS event_ids,
  concat(who, ' was used from ', from_address, ' (', network, ') by ', if(program = '', 'an unnamed program', program), ', ', toString(length(events)), if(length(events) = 1, ' call', ' calls'),
    if(has_history, concat(', after ', toString(length(before)), ' calls from elsewhere or otherwise'), ', without a history'), if(is_carried_off, '; the identity belongs to an instance', ''),
    '; ', toString(questions), ' of the calls ask who and what, ', toString(refusals), ' were refused') AS description,
  arrayDistinct(arrayConcat([from_address, identity], arrayMap(event -> event.3, arraySlice(events, 1, 6)))) AS indicators
FROM judged
WHERE any_asked AND (is_carried_off OR (is_new_network AND is_new_program))
ORDER BY score DESC, entity, identity, network, program
LIMIT 100
