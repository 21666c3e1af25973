FROM (
  SELECT record_uid, file_uid, line_number, fields, coalesce(field('id.orig_h'), field('id_orig_h')) AS src, moment(field('ts')) AS time
  FROM (
    SELECT record_uid, file_uid, line_number,
      if(startsWith(line, '{'), JSONExtract(line, 'Map(String, String)'),
        mapFromArrays(names, arrayResize(splitByChar('\t', line), length(names), ''))) AS fields
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT startsWith(line, '#') AND (startsWith(line, '{') OR countSubstrings(line, '\t') + 1 = length(names))
  )
