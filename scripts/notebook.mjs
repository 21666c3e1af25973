// Runs a notebook from top to bottom and writes what it showed as one HTML page. The kernel is Deno's, from node_modules; the rest is
// Jupyter's own nbconvert. Nothing is written into the home directory.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const notebook = resolve(process.argv[2] ?? join(root, "notebooks", "threat-hunting.ipynb"));
const folder = resolve(process.argv[3] ?? join(root, "spoor-notebook"));

if (!existsSync(notebook)) fail(`there is no notebook ${notebook}`, "npm run notebook -- [NOTEBOOK] [FOLDER]");
if (spawnSync("jupyter", ["nbconvert", "--version"]).status !== 0)
  fail("Jupyter's nbconvert is not installed", "On Debian: apt-get install jupyter-nbconvert. Elsewhere: pip install nbconvert.");

const deno = join(root, "node_modules", ".bin", "deno");
const kernels = join(folder, "jupyter", "kernels", "deno");
mkdirSync(kernels, { recursive: true });
writeFileSync(
  join(kernels, "kernel.json"),
  `${JSON.stringify({ argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"], display_name: "Deno", language: "typescript" }, null, 2)}\n`,
);
const page = `${basename(notebook, ".ipynb")}.html`;
const run = spawnSync(
  "jupyter",
  // A cell that hunts may take minutes; one that fails ends the run.
  [
    "nbconvert",
    "--to",
    "html",
    "--execute",
    "--ExecutePreprocessor.timeout=1800",
    "--output-dir",
    folder,
    "--output",
    page,
    notebook,
  ],
  { stdio: "inherit", env: { ...process.env, JUPYTER_PATH: join(folder, "jupyter"), DENO_NO_UPDATE_CHECK: "1" } },
);
if (run.status !== 0) process.exit(run.status ?? 1);
console.log(`Open ${join(folder, page)} in a browser.`);

function fail(what, hint) {
  console.error(`notebook: ${what}\n  ${hint}`);
  process.exit(2);
}
