  -- Each candidate (columns file_uid, line_number, record_uid, line) as a row of named values, whichever way it was exported. Included
  -- by the statements of this folder.
  --   Graph      camelCase members
  --   diagnostic records of Azure Monitor and the streaming interface: {"time", "category", "properties": {…}}
  --   tables     of Log Analytics and advanced hunting: PascalCase columns, nested values as text; as JSON or as CSV
  --   AuditData  a column of the audit portal's CSV that holds the whole record as JSON
  -- row          the values by name in lower case; what properties says goes before what stands around them
  -- table_name   the table that the record names itself after, NULL where it names none
  SELECT *,
    nullIf(replaceOne(multiIf(
      startsWith(row['category'], 'AdvancedHunting-'), substring(row['category'], 17),
      row['$table'] != '', row['$table'],
      -- Queries may put a column of their own in the place of the table's name.
      match(row['type'], '^(?:[A-Za-z0-9]+(?:Logs|Events|EventsBeta|Info|Evidence|Activity|Users|ServicePrincipals)|SecurityAlert|SecurityIncident)$'), row['type'],
      ''), 'DeviceCustom', 'Device'), '') AS table_name
  FROM (
    SELECT file_uid, line_number, record_uid, line,
      CAST(if(is_json,
        arrayMap(pair -> (lower(pair.1), pair.2), arrayConcat(JSONExtractKeysAndValues(JSONExtract(line, 'properties', 'String'), 'String'), JSONExtractKeysAndValues(line, 'String'))),
        arrayConcat(
          arrayMap(pair -> (lower(pair.1), pair.2), JSONExtractKeysAndValues(if(has(header, 'auditdata'), cells[greatest(indexOf(header, 'auditdata'), 1)], ''), 'String')),
          arrayMap((name, cell) -> (name, cell), header, arrayResize(cells, length(header), '')))), 'Map(String, String)') AS row
    FROM (
      SELECT *,
        match(line, '^\\s*\\{') AS is_json,
        arrayMap(cell -> if(startsWith(cell, '"'), replaceAll(substring(cell, 2, length(cell) - 2), '""', '"'), cell),
          extractAll(if(is_json, '', concat(',', line)), ',("(?:[^"]|"")*"|[^,]*)')) AS cells
      FROM candidates
    )
    WHERE is_json OR lower(replaceRegexpOne(trimBoth(cells[1]), '(?i) \\[utc\\]$', '')) != header[1]
  )
