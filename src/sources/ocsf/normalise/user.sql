-- into: user_inventory
-- format: ocsf-user
-- OCSF User Inventory Info: what is known of a person, in as many versions as were told (OCSF 1.8 class 5003).
WITH
  -- include: words.sql
SELECT
  concat(lower(metadata_product_vendor_name), '/', lower(metadata_product_name), ':user:', coalesce(filled(plain(event.user.uid)), lower(filled(event.user.email_addr)), lower(filled(event.user.name)), record_uid)) AS metadata_uid,
  -- include: product.sql
  time AS version_time,
  'user' AS record_type,
  account(coalesce(filled(event.user.name), event.user.email_addr)) AS user_name,
  filled(event.user.uid) AS user_uid,
  lower(filled(event.user.email_addr)) AS user_email_addr,
  coalesce(filled(event.user.full_name), filled(event.user.display_name)) AS user_full_name,
  filled(event.user.ldap_person.job_title) AS user_title,
  domain_of(event.user.domain, event.user.name) AS user_domain,
  if(startsWith(event.user.uid, 'S-1-'), event.user.uid, NULL) AS user_sid,
  arraySort(arrayMap(one -> assumeNotNull(one.name), arrayFilter(one -> filled(one.name) IS NOT NULL, event.user.groups))) AS user_groups,
  if(event.user.type_id = 2, true, NULL) AS is_privileged,
  lower(filled(event.user.risk_level)) AS risk_level
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), full_name Nullable(String), display_name Nullable(String), type Nullable(String),
        type_id Nullable(Int32), risk_level Nullable(String), groups Array(Tuple(name Nullable(String))), ldap_person Tuple(job_title Nullable(String), labels Array(Nullable(String)), ldap_dn Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '5003') > 0
  )
  WHERE event.class_uid IN ('5003')
)
-- include: time-guard.sql
