  -- What records of the unified audit log have in common; stands in front of row.sql. Their names differ between the interface
  -- (Workload, ClientIP), the table OfficeActivity (OfficeWorkload, Client_IPAddress) and the kinds of records.
  SELECT *,
    coalesce(field('id'), field('officeId'), field('sourceRecordId')) AS uid,
    coalesce(moment(field('creationTime')), moment(field('timeGenerated'))) AS time,
    field('operation') AS operation,
    coalesce(field('workload'), field('officeWorkload')) AS workload,
    coalesce(field('userId'), field('userId_')) AS who,
    coalesce(field('actorIpAddress'), field('clientIP'), field('client_IPAddress'), field('clientIPAddress')) AS where_from,
    field('resultStatus') AS outcome,
    isNotNull(operation) AND isNotNull(coalesce(field('userId'), field('userId_'), field('userKey'))) AND isNotNull(field('recordType'))
      AND ifNull(table_name, 'OfficeActivity') = 'OfficeActivity' AS is_office_record,
    operation IN ('UserLoggedIn', 'UserLoginFailed') AS is_sign_in
