  -- How the values of an event are read; included in the WITH of the statements of this folder.
  (name -> nullIf(nullIf(trimBoth(data[name]), '-'), '')) AS field,
  (text -> replaceRegexpOne(toString(toIPv6OrNull(replaceRegexpOne(text, '%.*$', ''))), '^::ffff:', '')) AS address,
  (text -> nullIf(replaceRegexpOne(lower(text), '^\\\\+|\\.$', ''), '')) AS host_name,
  (path -> nullIf(nullIf(replaceRegexpOne(path, '(?s)^.*[\\\\/]', ''), '<unknown process>'), '')) AS base_name,
  (path -> nullIf(path, '<unknown process>')) AS known_path,
  -- 'CONTOSO\Alice' and, beside the realm CONTOSO.COM, 'Alice@CONTOSO.COM' are the account alice; any other 'alice@contoso.com' stays whole.
  ((text, domain) -> nullIf(lower(if(endsWith(lower(text), concat('@', lower(ifNull(domain, '-')))), substring(text, 1, position(text, '@') - 1), replaceRegexpOne(text, '(?s)^.*\\\\', ''))), '')) AS account,
  ((text, domain) -> nullIf(lower(coalesce(domain, extract(text, '^([^\\\\]+)\\\\'))), '')) AS domain_of,
  -- Logon ids, status codes and process ids come as 0x-text or as decimal numbers.
  (text -> multiIf(
    match(text, '^0[xX][0-9a-fA-F]{1,16}$'), concat('0x', replaceRegexpOne(lower(substring(text, 3)), '^0+([0-9a-f])', '\\1')),
    match(text, '^\\d{1,18}$'), concat('0x', replaceRegexpOne(lower(hex(toUInt64OrZero(text))), '^0+([0-9a-f])', '\\1')),
    match(text, '^-\\d{1,10}$'), concat('0x', lower(hex(toUInt32(4294967296 + toInt64OrZero(text))))),
    NULL)) AS hexadecimal,
  (text -> if(match(text, '^0[xX][0-9a-fA-F]{1,16}$'), reinterpretAsUInt64(reverse(unhex(leftPad(substring(text, 3), 16, '0')))), toUInt64OrNull(text))) AS whole_number,
  (text -> nullIf(hexadecimal(text), '0x0')) AS session,
  (text -> nullIf(lower(text), '{00000000-0000-0000-0000-000000000000}')) AS process_guid,
  ((text, algorithm, digits) -> nullIf(extract(lower(text), concat('(?:^|,)', algorithm, '=([0-9a-f]{', toString(digits), '})')), '')) AS hash_of,
  -- A value in text of "Name = value" or "Name=value" lines; the name is a pattern.
  ((text, name) -> nullIf(trimBoth(extract(text, concat('(?m)^[ \\t]*', name, '[ \\t]*=[ \\t]*([^\\r\\n]*)'))), '')) AS named_in
