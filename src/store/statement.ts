import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const texts = new Map<string, Promise<string>>();

/** The text of a .sql file that lies beside a module (`import.meta.url`), without a closing semicolon; read once. */
export function statement(moduleUrl: string, name: string): Promise<string> {
  const path = fileURLToPath(new URL(name, moduleUrl));
  const known = texts.get(path);
  if (known !== undefined) return known;
  const text = readFile(path, "utf8").then((sql) => sql.trim().replace(/;$/, ""));
  texts.set(path, text);
  return text;
}
