// Names on disk are bytes. A path here is always a string; where the bytes are not UTF-8, every byte above 0x7f stands as the lone
// surrogate U+DC00 + byte, which no text contains, so the string leads back to the same bytes (the way of Python's PEP 383).

const loneByte = /[\udc80-\udcff]/u;

/** The bytes of a path as a string. */
export function pathOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return bytes.toString("latin1").replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

/** The bytes that a path stands for. */
export function bytesOf(path: string): Buffer {
  if (!loneByte.test(path)) return Buffer.from(path, "utf8");
  return Buffer.concat(
    [...path].map((character) => (loneByte.test(character) ? Buffer.of(character.charCodeAt(0) & 0xff) : Buffer.from(character))),
  );
}

/** A path in the form that file system calls take. */
export function onDisk(path: string): string | Buffer {
  return loneByte.test(path) ? bytesOf(path) : path;
}

/** A path as text for people, on one line: control characters and bytes that are not UTF-8 become \xNN. */
export function printable(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in file names are what this replaces.
  return path.replace(/[\x00-\x1f\x7f\udc80-\udcff]/gu, (character) => {
    const byte = character.charCodeAt(0) & 0xff;
    return `\\x${byte.toString(16).padStart(2, "0")}`;
  });
}

/** An entry of a folder. "." and a trailing slash add nothing, so that a name reads as the user would write it. */
export function below(folder: Buffer, entry: Buffer): Buffer {
  if (folder.equals(here)) return entry;
  return folder.at(-1) === slash ? Buffer.concat([folder, entry]) : Buffer.concat([folder, Buffer.from("/"), entry]);
}

const here = Buffer.from(".");
const slash = 0x2f;
