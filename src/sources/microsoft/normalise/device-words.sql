  -- How rows of device tables are read; stands behind words.sql.
  -- A path that leaves the file's name out is completed by it.
  , ((path, name) -> if(isNull(name) OR isNull(path) OR endsWith(lower(path), lower(name)), path, concat(replaceRegexpOne(path, '[\\\\/]$', ''), if(startsWith(path, '/'), '/', '\\'), name))) AS full_path
  , (text -> if(match(text, '^[1-9]\\d{0,18}$'), concat('0x', replaceRegexpOne(lower(hex(toUInt64OrZero(text))), '^0+([0-9a-f])', '\\1')), NULL)) AS session
  , (text -> multiIf(startsWith(lower(text), 'ntlm'), 'NTLM', startsWith(lower(text), 'kerberos'), 'Kerberos', startsWith(lower(text), 'negotiat'), 'Negotiate', text)) AS protocol_named
  , (texts -> nullIf(lower(arrayFirst(text -> match(text, '^[0-9a-fA-F]{64}$'), texts)), '')) AS sha256_in
