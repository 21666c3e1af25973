import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SpoorError, systemCode } from "../errors.ts";
import { type TokenKey, tokenKey } from "./siphash.ts";

const keyBytes = 16;

/**
 * The key of the tokens of a store, from the file privacy.key of a directory of the house; made from `random` (16 bytes) when there is
 * none. With the same key the same name has the same token in every run; delete the file to give everything new names.
 */
export async function keyOf(directory: string, random: (count: number) => Uint8Array): Promise<TokenKey> {
  const file = join(directory, "privacy.key");
  try {
    await mkdir(directory, { recursive: true });
    // Two that make it at once must end up with the same one.
    await writeFile(file, Buffer.from(random(keyBytes)).toString("hex"), { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
      if (systemCode(cause) !== "EEXIST") throw cause;
    });
    const text = (await readFile(file, "utf8")).trim();
    if (/^[0-9a-f]{32}$/.test(text)) return tokenKey(Buffer.from(text, "hex"));
  } catch (cause) {
    throw new SpoorError("configuration", `the key of pseudonyms cannot be kept in ${file}: ${messageOf(cause)}`, {
      hint: "It must be a file that can be read and written.",
      cause,
    });
  }
  throw new SpoorError("configuration", `${file} is not a key of pseudonyms`, { hint: "Delete it: a new one is made." });
}
