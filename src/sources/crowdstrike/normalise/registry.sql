-- into: registry_activity
-- format: falcon-event
-- Registry keys and values that processes changed where it matters: AsepKeyUpdate, AsepValueUpdate, RegGenericValueUpdate and the other Reg…
-- events (Falcon event dictionary). RegOperationType: 1 sets and 2 deletes a value, 3 makes, 4 deletes and 7 renames a key, 8 opens one.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:Asep\\w+|\\w*Reg[A-Z]\\w*|RegistryOperation\\w*)"', 'fdr_event_type"\\s*:\\s*"(?:Asep\\w+|\\w*Reg[A-Z]\\w*)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  transform(row['regoperationtype'], ['2', '3', '4', '7', '8'], ['Delete', 'Create', 'Delete', 'Rename', 'Read'], 'Modify') AS activity_name,
  agent AS device_uid,
  computer AS device_hostname,
  key_path AS reg_key_path,
  field('regValueName') AS reg_value_name,
  coalesce(field('regStringValue'), field('regNumericValue'), field('regBinaryValue'), field('targetFileName')) AS reg_value_data,
  user AS actor_user_name,
  base_name(coalesce(context_path, field('imageFileName'))) AS actor_process_name,
  coalesce(field('contextImageFileName'), field('imageFileName')) AS actor_process_path
FROM (
  SELECT *, coalesce(field('regObjectName'), field('regPostObjectName')) AS key_path
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(event_name, '^Asep|Reg[A-Z]|^RegistryOperation') AND isNotNull(key_path)
