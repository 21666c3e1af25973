import { stripVTControlCharacters } from "node:util";

// Control characters, bidirectional overrides, zero-width and line separators: what log text could use to paint a terminal.
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text from a log made harmless for a terminal: one line, no escape sequences, no invisible characters. */
export function inert(text: string): string {
  return stripVTControlCharacters(text).replace(unprintable, (character) => (character === "\t" ? " " : "\uFFFD"));
}

/** The same for our own text of several lines: each line harmless, the ones behind the first set in. */
export function inertLines(text: string): string {
  return text.trimEnd().split("\n").map(inert).join("\n  ");
}

/** JSON text made harmless for a terminal: what could paint it is escaped the way JSON knows, so the values stay the same. */
export function inertJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

/** Where a command writes: answers to `out`, everything for the person waiting to `note`. Made in one place, so that tests can listen. */
export interface Terminal {
  readonly out: (text: string) => void;
  /** The same; resolves once it is written, and rejects when nobody can read it any more. */
  readonly outWritten: (text: string) => Promise<void>;
  readonly note: (text: string) => void;
  /** Replaces the last progress line on a terminal; written now and then elsewhere. */
  readonly progress: (text: string) => void;
  readonly done: () => void;
}

/** As much of a stream as a terminal needs. */
interface Output {
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function terminalOf(streams: { readonly out: Output; readonly err: Output }, quiet: boolean): Terminal {
  let shown = false;
  const clear = () => {
    if (shown) streams.err.write("\r\u001b[K");
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      streams.out.write(`${text}\n`);
    },
    outWritten: (text) => {
      clear();
      return new Promise((resolve, reject) => {
        streams.out.write(`${text}\n`, (error) => (error instanceof Error ? reject(error) : resolve()));
      });
    },
    note: (text) => {
      if (quiet) return;
      clear();
      streams.err.write(`${text}\n`);
    },
    progress: (text) => {
      if (quiet || streams.err.isTTY !== true) return;
      clear();
      streams.err.write(text.slice(0, Math.max(20, (streams.err.columns || 80) - 1)));
      shown = true;
    },
    done: clear,
  };
}
