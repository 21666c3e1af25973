// Control characters and the marks that reverse the direction of text: in a log they are an attempt on the reader's screen.
const hostile = /[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text for a reader in one line of at most `limit` characters: line ends become spaces, control characters the replacement mark. */
export function oneLine(text: string, limit: number): string {
  return clipped(readable(text).replace(/\s+/g, " ").trim(), limit);
}

/** Text for a reader without control characters (line ends and tabs stay). */
export function readable(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(hostile, "\ufffd");
}

/** Text of at most `limit` code units, ending in an ellipsis where it was cut, never in the middle of a character. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
