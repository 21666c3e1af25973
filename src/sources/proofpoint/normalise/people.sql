-- into: user_inventory
-- format: proofpoint-people
-- TAP people: very attacked people (attack index) and top clickers, as of the end of the interval that the answer names (TAP people API).
WITH
  -- include: words.sql
SELECT
  concat('proofpoint-person:', kind, ':', ifNull(coalesce(nullIf(person.guid, ''), person.emails[1]), record_uid)) AS metadata_uid,
  time AS version_time,
  time,
  'Proofpoint' AS metadata_product_vendor_name,
  'TAP' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  kind AS record_type,
  lower(nullIf(person.emails[1], '')) AS user_name,
  nullIf(person.guid, '') AS user_uid,
  lower(nullIf(person.emails[1], '')) AS user_email_addr,
  nullIf(person.name, '') AS user_full_name,
  nullIf(person.department, '') AS user_department,
  nullIf(person.title, '') AS user_title,
  person.vip AS is_privileged,
  JSONExtract(line, 'threatStatistics', 'attackIndex', 'Nullable(Float64)') AS attack_index,
  JSONExtract(line, 'clickStatistics', 'clickCount', 'Nullable(UInt64)') AS click_count
FROM (
  SELECT record_uid, file_uid, line_number, line,
    if(JSONHas(line, 'threatStatistics'), 'very attacked person', 'top clicker') AS kind,
    JSONExtract(line, 'identity', 'Tuple(guid Nullable(String), emails Array(Nullable(String)), name Nullable(String), department Nullable(String), title Nullable(String),
      vip Nullable(Bool))') AS person,
    -- An answer without its interval has no time of its own: the beginning of the epoch says so, and any later answer supersedes it.
    coalesce(moment(arrayElement(splitByChar('/', JSONExtractString(line, '_envelope', 'interval')), 2)),
      toDateTime64('1970-01-01 00:00:00', 6, 'UTC')) AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line) AND JSONHas(line, 'identity') AND (JSONHas(line, 'threatStatistics') OR JSONHas(line, 'clickStatistics'))
)
WHERE time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
