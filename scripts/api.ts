// Writes docs/api: what the package exports, from the declarations that it ships. A change of these pages is a change for everyone who
// uses Spoor as a library; a test fails while they are not up to date.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiPages, emit } from "./docs/emit.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spoor-api-"));
try {
  emit(root, folder, { code: false });
  for (const { page, text } of apiPages(root, folder)) {
    mkdirSync(dirname(join(root, page)), { recursive: true });
    writeFileSync(join(root, page), text);
    console.log(page);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
