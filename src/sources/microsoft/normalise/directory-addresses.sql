-- into: user_inventory
-- format: entra-directory
-- By which other addresses is a person in the directory known? Graph user resources (proxyAddresses: "SMTP:" the primary one, "smtp:"
-- the others). At most four, the primary one first and those of the directory's own domain last: an id with more addresses than
-- that would pass for a shared one.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"proxyAddresses"') > 0 AND position(line, '"userPrincipalName"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('entra-user:', person_uid, ':', other_address) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'directory address' AS record_type,
  person_uid AS user_uid,
  other_address AS user_email_addr
FROM (
  SELECT *, arrayJoin(arraySlice(others, 1, 4)) AS other_address
  FROM (
    SELECT *,
      field('id') AS person_uid,
      arrayFilter(proxy -> match(proxy, '(?i)^smtp:') AND isNotNull(mail_address(substring(proxy, 6))), JSONExtract(row['proxyaddresses'], 'Array(String)')) AS proxies,
      arrayDistinct(arrayFilter(name -> name != lower(ifNull(field('userPrincipalName'), '')),
        arrayMap(proxy -> lower(substring(proxy, 6)), arraySort(proxy -> (endsWith(lower(proxy), '.onmicrosoft.com'), NOT startsWith(proxy, 'SMTP:'), lower(proxy)), proxies)))) AS others,
      if(is_in_time(asked_time), asked_time, toDateTime64('1970-01-01 00:00:00', 6, 'UTC')) AS time
    FROM (
      SELECT *, coalesce(moment(field('$asked')), moment(field('createdDateTime'))) AS asked_time
      FROM (
        -- include: row.sql
      )
    )
  )
)
WHERE isNotNull(person_uid) AND isNull(table_name) AND isNotNull(mail_address(field('userPrincipalName')))
