const mayBeInexact = /(?:^|[[:,])\s*-?\d{16,}\s*(?=[\],}]|$)/;
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * Parses JSON; whole numbers that JavaScript would round (64-bit ids of processes and events) become text with the same digits, which
 * the engine reads as a number where a number is wanted. Throws SyntaxError.
 */
export function parseExactly(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  if (!mayBeInexact.test(text)) return parsed;
  return JSON.parse(text.replace(tokens, (token) => (isRounded(token) ? `"${token}"` : token)));
}

function isRounded(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && String(Number(token)) !== token;
}
