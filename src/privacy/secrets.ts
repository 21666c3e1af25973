/** One form of a secret: group 1 stays, the rest is taken out. Written so that JavaScript and RE2 read it alike, without regard to case. */
const forms: readonly string[] = [
  String.raw`()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,60}-----|$)`,
  // JSON Web Tokens: two or three parts in base64url, the first a JSON object.
  String.raw`()eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?`,
  // Keys that say by their beginning who gave them out: AWS, GitHub, GitLab, Slack, Google, npm, SendGrid, Stripe, Hugging Face and others.
  String.raw`()\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b`,
  String.raw`()\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|npm_|hf_|dop_v1_|[srp]k_(?:live|test)_|sk-|ya29\.|AIza|SG\.|pypi-|shpat_|key-)[A-Za-z0-9_.\-]{16,}`,
  String.raw`(\bauthorization["']?\s*[:=]\s*["']?(?:[A-Za-z]+\s+)?)[A-Za-z0-9._~+/=\-]{4,}`,
  String.raw`(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=\-]{16,}`,
  // name=value and name: value, as command lines, connection strings, JSON and query strings write them.
  String.raw`((?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_\-]?key|(?:access|account|private|shared|encryption|license)[_\-]?(?:access)?[_\-]?key|credentials?|sig|signature|sessionid|cookie)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s"'&;,|<>]+)`,
  // The same as an option and its value.
  String.raw`((?:--?|/)(?:password|passwd|passphrase|pass|pwd|secret|token|api-?key|client-?secret|access-?key)\s+)(?:"[^"]*"|'[^']*'|[^\s"'&;|<>]+)`,
  String.raw`(\bnet1?(?:\.exe)?\s+user\s+\S+\s+)[^\s/][^\s]*`,
  String.raw`(\bsshpass\s+-p\s*)\S+`,
  String.raw`(\b(?:curl|wget)\b[^|;&]{0,200}?\s-u\s*[^\s:]{1,100}:)\S+`,
  // What stands before the host of an address: user and password.
  String.raw`([A-Za-z][A-Za-z0-9+.\-]{1,20}://)[^\s/@"'<>]+@`,
  // Addresses that are themselves the right to write.
  String.raw`(hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/|[a-z0-9\-]{0,60}\.?webhook\.office\.com/|api\.telegram\.org/bot)[^\s"'<>]+`,
];

const left = "[secret]";

/** The forms as the engine's replaceRegexpAll takes them. */
export const secretForms: readonly string[] = forms.map((form) => `(?i)${form}`);

const expressions = forms.map((form) => new RegExp(form, "giu"));

/** A text without keys, tokens and passwords: "[secret]" stands where they were. */
export function withoutSecrets(text: string): string {
  return expressions.reduce((rest, expression) => rest.replace(expression, (_, kept: string) => `${kept}${left}`), text);
}

// Forms that nothing but a secret has; a word like "token:" before a word stands in many harmless texts.
const certain = [0, 1, 2, 3, 11, 12].map((position) => new RegExp(forms[position] ?? "$^", "iu"));

/** True when a text shows something that can only be a secret. */
export function showsSecret(text: string): boolean {
  const rest = text.replaceAll(left, "");
  return certain.some((expression) => expression.test(rest));
}
