-- How is a value shown to a language model? The same as hiding.ts, function by function; forms of words come from forms.ts and secrets.ts.
-- SipHash-2-4-128 with the key of the store (Aumasson and Bernstein). The engine puts the body of a named function wherever it is called,
-- and its argument wherever the body names it: what is computed is therefore given a name by arrayMap(name -> …, [computed])[1] first (a different name in each place),
-- and lists of words are patterns, or the statement would grow to megabytes.
WITH
  (value -> substring(lower(hex(sipHash128ReferenceKeyed(({seen_low:UInt64}, {seen_high:UInt64}), value))), 1, 12)) AS seen_digest,
  (text -> replaceRegexpOne(replaceRegexpOne(trimBoth(lower(text)), '^\\\\+', ''), '[.$]+$', '')) AS seen_canonical,
  (word -> match(word, {seen_vocabulary:String})) AS seen_is_word,
  (text -> isIPv4String(text) OR isIPv6String(text)) AS seen_is_address,
  (address -> if(isIPv4String(address), replaceRegexpOne(address, '[0-9]+$', ''), lower(hex(substring(IPv6StringToNumOrDefault(address), 1, 8))))) AS seen_network,
  (address -> match(address, {seen_addresses:String})
    OR arrayExists(network_1 -> isIPAddressInRange(if(seen_is_address(address), address, '0.0.0.0'), network_1), {seen_networks:Array(String)})) AS seen_is_inside,
  (name -> extract(name, {seen_domains:String})) AS seen_domain_of,

  (text -> multiIf(
    text IN ('', '-'), text,
    NOT seen_is_address(text), concat('text_', seen_digest(text)),
    NOT seen_is_inside(text), text,
    concat('ip_', substring(seen_digest(concat('net ', seen_network(text))), 1, 6), '_', substring(seen_digest(text), 1, 6)))) AS seen_address_of,
  (value -> arrayMap(text_1 -> seen_address_of(text_1), [trimBoth(lower(value))])[1]) AS seen_address,

  ((name, domain) -> multiIf(
    name IN ('', '-', 'localhost'), name,
    seen_is_address(name), seen_address_of(name),
    name = domain, concat('domain_', seen_digest(name)),
    concat('host_', seen_digest(substring(name, 1, if(domain = '', length(name), length(name) - length(domain) - 1)))))) AS seen_host_in,
  (name -> arrayMap(domain_1 -> seen_host_in(name, domain_1), [seen_domain_of(name)])[1]) AS seen_host_of,
  (value -> arrayMap(name_2 -> seen_host_of(name_2), [seen_canonical(value)])[1]) AS seen_host,

  (rest -> arrayStringConcat(arrayMap(label_1 -> if(label_1 = '' OR seen_is_word(label_1), label_1, concat('text_', seen_digest(label_1))), splitByChar('.', rest)), '.')) AS seen_labels,
  ((name, registered) -> if(registered = '' OR NOT match(name, {seen_outside_name:String}), concat('text_', seen_digest(name)),
    concat(seen_labels(substring(name, 1, length(name) - length(registered))), registered))) AS seen_outside,
  ((name, domain) -> multiIf(
    domain != '' OR position(name, '.') = 0 OR seen_is_address(name), seen_host_in(name, domain),
    match(name, {seen_users:String}), concat('user_', seen_digest(name)),
    match(name, {seen_hosts:String}), concat('host_', seen_digest(name)),
    arrayMap(registered_1 -> seen_outside(name, registered_1), [extract(name, {seen_registered:String})])[1])) AS seen_name_in,
  (name -> arrayMap(domain_2 -> seen_name_in(name, domain_2), [seen_domain_of(name)])[1]) AS seen_name_of,
  (value -> arrayMap(name_3 -> seen_name_of(name_3), [seen_canonical(value)])[1]) AS seen_name,

  (name -> multiIf(
    name IN ('', '-') OR match(name, {seen_accounts:String}), name,
    position(name, '.') > 0 AND seen_domain_of(name) = '', seen_name_of(name),
    concat('domain_', seen_digest(name)))) AS seen_domain_name,
  (value -> arrayMap(name_4 -> seen_domain_name(name_4), [seen_canonical(value)])[1]) AS seen_domain,

  (text -> if(match(text, '<[^<> ]+@[^<> ]+>$'), extract(text, '<([^<> ]+@[^<> ]+)>$'), text)) AS seen_bare_mail,
  (name -> multiIf(
    name IN ('', '-') OR match(name, {seen_accounts:String}) OR match(name, {seen_system_sid:String}), name,
    endsWith(name, '$'), seen_host(name),
    concat('user_', seen_digest(name)))) AS seen_account,
  (text -> arrayElement(splitByChar('\\', text), -1)) AS seen_after_backslash,
  ((address, domain) -> if(position(domain, '.') = 0 OR seen_domain_of(domain) != '', concat('mail_', seen_digest(address)),
    concat('mail_', seen_digest(address), '@', seen_name_of(domain)))) AS seen_mail_at,
  (address -> if(position(address, '@') = 0,
    arrayMap(name_5 -> seen_account(name_5), [seen_after_backslash(address)])[1],
    arrayMap(domain_3 -> seen_mail_at(address, domain_3), [seen_canonical(arrayElement(splitByChar('@', address), -1))])[1])) AS seen_mail_of,
  (value -> arrayMap(text_2 -> arrayMap(address_1 -> seen_mail_of(address_1), [seen_bare_mail(text_2)])[1], [trimBoth(lower(value))])[1]) AS seen_mail,
  (name -> if(position(name, '@') = 0 OR match(name, {seen_accounts:String}), seen_account(name),
    arrayMap(address_2 -> seen_mail_of(address_2), [seen_bare_mail(name)])[1])) AS seen_user_of,
  (value -> arrayMap(name_6 -> seen_user_of(name_6), [seen_after_backslash(trimBoth(lower(value)))])[1]) AS seen_user,

  (value -> if(value IN ('', '-'), value, concat('text_', seen_digest(lower(value))))) AS seen_id,
  (value -> if(value = '', value, concat('event_', seen_digest(value)))) AS seen_event,

  (word -> extractAll(lower(replaceRegexpAll(replaceRegexpAll(word, '([A-Z]+)([A-Z][a-z])', '\\1 \\2'), '([a-z])([A-Z])', '\\1 \\2')), '[a-z]+')) AS seen_words_in,
  (word -> match(word, {seen_compound:String}) AND arrayAll(part_1 -> seen_is_word(part_1), seen_words_in(word))) AS seen_is_compound,
  (stem -> if(seen_is_word(lower(stem)) OR seen_is_compound(stem), stem, concat('text_', seen_digest(lower(stem))))) AS seen_stem,
  ((word, text, domain) -> multiIf(
    match(text, {seen_hosts:String}), concat('host_', seen_digest(text)),
    match(text, {seen_users:String}), concat('user_', seen_digest(text)),
    seen_is_word(text) OR match(word, {seen_short_number:String}), word,
    seen_is_address(text), seen_address_of(text),
    domain != '', seen_host_in(text, domain),
    seen_is_compound(word), word,
    match(word, {seen_with_ending:String}),
      concat(arrayMap(stem_1 -> seen_stem(stem_1), [extract(word, {seen_with_ending:String})])[1], '.', extract(word, '\\.([A-Za-z0-9]+)$')),
    concat('text_', seen_digest(text)))) AS seen_word_as,
  (word -> arrayMap(text_3 -> arrayMap(domain_4 -> seen_word_as(word, text_3, domain_4), [seen_domain_of(text_3)])[1], [lower(word)])[1]) AS seen_word,
  ((host, port) -> concat(if(host = port, '', seen_name(replaceRegexpAll(substring(host, 1, length(host) - length(port)), '^\\[|\\]$', ''))), port)) AS seen_place,
  (host -> arrayMap(port_1 -> seen_place(host, port_1), [extract(host, ':[0-9]{1,5}$')])[1]) AS seen_host_and_port,
  (piece -> concat(substring(piece, 1, position(piece, '://') + 2),
    arrayMap(host_1 -> seen_host_and_port(host_1), [replaceRegexpOne(arrayElement(splitByChar('@', substring(piece, position(piece, '://') + 3)), -1), '^\\[secret\\]', '')])[1])) AS seen_web_address,
  ((piece, word) -> concat(seen_word(word), substring(piece, length(word) + 1))) AS seen_word_and_rest,
  (piece -> multiIf(
    NOT match(piece, '^[\\p{L}\\p{N}\\p{M}_.%+-]') OR NOT match(piece, '[\\p{L}\\p{N}\\p{M}_]'), piece,
    match(piece, {seen_web:String}), seen_web_address(piece),
    position(piece, '@') > 0, seen_mail(replaceRegexpOne(piece, '[.-]+$', '')),
    arrayMap(word_1 -> seen_word_and_rest(piece, word_1), [replaceRegexpOne(piece, '[.$-]+$', '')])[1])) AS seen_piece,
  (text -> replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(
    replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(text,
      {seen_secret_0:String}, '\\1[secret]'), {seen_secret_1:String}, '\\1[secret]'), {seen_secret_2:String}, '\\1[secret]'),
      {seen_secret_3:String}, '\\1[secret]'), {seen_secret_4:String}, '\\1[secret]'), {seen_secret_5:String}, '\\1[secret]'),
      {seen_secret_6:String}, '\\1[secret]'), {seen_secret_7:String}, '\\1[secret]'), {seen_secret_8:String}, '\\1[secret]'),
      {seen_secret_9:String}, '\\1[secret]'), {seen_secret_10:String}, '\\1[secret]'), {seen_secret_11:String}, '\\1[secret]'),
      {seen_secret_12:String}, '\\1[secret]')) AS seen_without_secrets,
  (text -> replaceRegexpAll(text, {seen_unprintable:String}, ' ')) AS seen_printable,
  ((text, most) -> extractAll(seen_printable(substringUTF8(seen_without_secrets(substringUTF8(toValidUTF8(text), 1, 4000)), 1, most)), {seen_piece:String})) AS seen_pieces,
  ((text, most) -> arrayStringConcat(arrayMap(piece_1 -> seen_piece(piece_1), seen_pieces(text, most)))) AS seen_text_to,
  (value -> seen_text_to(value, 400)) AS seen_text,
  (value -> seen_text_to(value, 120)) AS seen_label,
  (value -> if(match(value, {seen_hash:String}), value, seen_text(value))) AS seen_hash,
  (value -> if(match(value, '^[A-Z]{2}$'), value, seen_label(value))) AS seen_country,
  (value -> if(match(value, {seen_technique:String}), value, seen_label(value))) AS seen_technique
