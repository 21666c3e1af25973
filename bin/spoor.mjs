#!/usr/bin/env node
// Starts the built command line. A checkout that was never built says what to run instead of a stack trace.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  process.stderr.write(
    "spoor: this checkout is not built yet. Run `npm install` (it builds), or `npm run build` after a change.\n",
  );
  process.exitCode = 1;
}
