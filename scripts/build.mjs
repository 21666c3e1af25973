// Compiles src to dist, the simulator beside it, and copies what is not TypeScript. dist is made anew, so nothing that was deleted lives on in it.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { copyAssets } from "./copy-assets.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}/dist`, { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.simulator.json"]) compile(project);
console.log(`built dist, with ${copyAssets(`${root}/src`, `${root}/dist`)} files beside the code`);

function compile(project) {
  const compiled = spawnSync("tsc", ["-p", project], { cwd: root, stdio: "inherit" });
  if (compiled.error !== undefined) {
    console.error(
      `The compiler could not be started (${compiled.error.message}). Use \`npm run build\`, which finds it in node_modules.`,
    );
    process.exit(1);
  }
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
}
