// Forms of words, names and tokens, written so that JavaScript and RE2 read them alike: the engine gets the same texts as bound values.

/** What is neither a letter, a digit nor printable ASCII: it becomes a blank. */
export const unprintable = String.raw`[^\x20-\x7e\p{L}\p{N}\p{M}]`;

/** The pieces of a text: an address of the web up to its host, a mail address, an IPv6 address, a word, and what stands between. */
export const piece = [
  String.raw`[A-Za-z][A-Za-z0-9+.\-]{0,30}://[^ /?#"'<>|\\]*`,
  String.raw`[\p{L}\p{N}\p{M}._%+\-]+@[\p{L}\p{N}\p{M}.\-]+`,
  "[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}",
  String.raw`[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.$\-]*`,
  String.raw`[^\p{L}\p{N}\p{M}_:]+`,
  ":",
].join("|");

/** An address of the web. */
export const webAddress = String.raw`^[A-Za-z][A-Za-z0-9+.\-]{0,30}://`;

/** Numbers that name nobody: short ones, with one part behind a point; and times of day. */
export const shortNumber = String.raw`^(?:[0-9]{1,5}|[0-9]{1,3}\.[0-9]{1,3}|[0-9]{1,2}:[0-9]{2}:[0-9]{2})$`;

/** A word made of words: Invoke-WebRequest, UserLoggedIn, read_only. */
export const compound = String.raw`^[A-Za-z][A-Za-z._\-]*$`;

/** Kinds of files, by the ends of their names. */
export const withEnding = String.raw`^(.+)\.(7z|aspx?|bat|bin|bz2|cab|cfg|chm|cmd|conf|cpl|csv|dat|db|dll|dmp|docm?|docx|dotm|drv|eml|evtx?|exe|gif|gz|hta|html?|img|inf|ini|iso|jar|jpe?g|jsp?|json|jse|kirbi|lnk|log|msc|msg|msi|msp|ocx|odt|one|ost|pdf|php|pif|png|potm|ppam|ppkg|pptm?|pptx|ps1|psd1|psm1|pst|py|rar|reg|rtf|scr|sct|sh|sql|sys|tar|tgz|tmp|txt|url|vbe|vbs|vhdx?|vmdk|wim|wsf|wsh|xlam|xll|xlsb?|xlsm|xlsx|xml|xsl|ya?ml|zip)$`;

/** The registered part of an outside name: two labels, three below .co.uk and its like. */
export const registered = String.raw`([^.]+\.(?:(?:ac|co|com|edu|go|gov|mil|ne|net|or|org)\.[a-z]{2}|[^.]+))$`;

/** A name that can be one outside: letters, digits and hyphens, and at the end a country or a domain that anyone can register in. */
export const outsideName = String.raw`^[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*\.(?:[a-z]{2}|xn--[a-z0-9\-]+|academy|agency|app|arpa|art|asia|best|bid|biz|blog|buzz|cam|casa|cat|center|chat|city|click|cloud|club|cn|codes|com|community|company|coop|country|cyou|date|design|dev|digital|direct|download|edu|email|energy|engineering|events|example|exchange|expert|express|faith|farm|finance|fit|fun|fund|games|global|goog|google|gov|group|guru|health|help|homes|host|hosting|icu|info|ink|int|invalid|jobs|kim|lat|legal|life|link|live|loan|lol|ltd|market|marketing|media|men|mil|mobi|mom|monster|museum|name|net|network|news|ninja|office|one|onion|online|ooo|org|page|party|pics|plus|press|pro|pub|pw|quest|racing|red|rent|report|rest|review|rocks|run|sale|sbs|science|security|services|shop|site|skin|social|software|solutions|space|store|stream|studio|support|surf|systems|tech|technology|test|tips|today|tools|top|tours|trade|training|travel|ventures|video|vip|watch|web|webcam|website|wiki|win|work|works|world|wtf|xyz|zone)$`;

/** Keys of registries and the like, as hexadecimal digits. */
export const hash = "^[0-9A-Fa-f]{32,128}$";

export const techniqueId = String.raw`^TA?[0-9]{4}(?:\.[0-9]{3})?$`;

/** Security identifiers of the system itself; those of a domain (S-1-5-21-…) tell of people. */
export const systemSid =
  "^s-1-(?:[0-9]|1[0-8]|5-(?:[0-9]|1[0-9]|20|3[23]-[0-9]{3}|80-[0-9-]+|90-[0-9-]+|96-[0-9-]+))(?:-[0-9])?$";

/** A token in a text. */
export const token = String.raw`\b(?:(?:host|user|domain|event|text)_[0-9a-f]{12}|mail_[0-9a-f]{12}(?:@[a-z0-9._\-]*[a-z0-9])?|ip_[0-9a-f]{6}_[0-9a-f]{6})\b`;
