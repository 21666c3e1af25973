-- into: user_inventory
-- format: entra-directory
-- Who holds which role of the directory: Graph unifiedRoleAssignment resources, with the principal where it was expanded. The roles
-- named here are the built-in ones that Microsoft Entra calls privileged ("Microsoft Entra built-in roles", by template id); of
-- others nothing is said.
WITH
  -- include: words.sql
  , map(
    '62e90394-69f5-4237-9190-012177145e10', 'Global Administrator',
    'e8611ab8-c189-46e8-94e1-60213ab1f814', 'Privileged Role Administrator',
    '7be44c8a-adaf-4e2a-84d6-ab2649e08a13', 'Privileged Authentication Administrator',
    '194ae4cb-b126-40b2-bd5b-6091b380977d', 'Security Administrator',
    '29232cdf-9323-42fd-ade2-1d097af3e4de', 'Exchange Administrator',
    'f28a1f50-f6e7-4571-818b-6a12f2af6b6c', 'SharePoint Administrator',
    'fe930be7-5e62-47db-91af-98c3a49a38b1', 'User Administrator',
    '729827e3-9c14-49f7-bb1b-9608f156bbb8', 'Helpdesk Administrator',
    'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9', 'Conditional Access Administrator',
    '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', 'Application Administrator',
    '158c047a-c907-4556-b7ef-446551a6b5f7', 'Cloud Application Administrator',
    'c4e39bd9-1100-46d3-8c65-fb160da0071f', 'Authentication Administrator',
    '3a2c62db-5318-420d-8d74-23affee5d9d5', 'Intune Administrator',
    '966707d0-3269-4727-9be2-8c3a10f19b9d', 'Password Administrator',
    '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2', 'Hybrid Identity Administrator'
  ) AS privileged_roles
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"roleDefinitionId"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('entra-role:', ifNull(field('id'), record_uid)) AS metadata_uid,
  time AS version_time,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'role assignment' AS record_type,
  account(inner_field('principal', 'userPrincipalName')) AS user_name,
  field('principalId') AS user_uid,
  mail_address(inner_field('principal', 'userPrincipalName')) AS user_email_addr,
  inner_field('principal', 'displayName') AS user_full_name,
  arrayFilter(name -> name != '', [ifNull(role_name, '')]) AS user_groups,
  multiIf(mapContains(privileged_roles, role_uid), true, truth(inner_field('roleDefinition', 'isPrivileged')) = true, true, NULL) AS is_privileged
FROM (
  SELECT *,
    lower(ifNull(field('roleDefinitionId'), '')) AS role_uid,
    coalesce(inner_field('roleDefinition', 'displayName'), nullIf(privileged_roles[role_uid], '')) AS role_name,
    if(is_in_time(moment(field('$asked'))), moment(field('$asked')), toDateTime64('1970-01-01 00:00:00', 6, 'UTC')) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(field('principalId')) AND role_uid != '' AND isNull(table_name)
