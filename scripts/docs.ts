// Builds the documentation site from the repository's Markdown: `npm run docs [FOLDER]`, ./site by default. It needs no server: open
// site/index.html. A link that leads nowhere fails the build.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownFolders } from "./docs/pages.ts";
import { siteOf } from "./docs/site.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const here = fileURLToPath(new URL("docs", import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, "site"));

const names = markdownFolders.flatMap((name) =>
  readdirSync(join(root, name), { recursive: name !== ".", encoding: "utf8" })
    .map((file) => (name === "." ? file : `${name}/${file.replaceAll("\\", "/")}`))
    .filter((file) => file.endsWith(".md")),
);
const { files, faults } = siteOf({
  markdown: new Map(names.map((name) => [name, readFileSync(join(root, name), "utf8")])),
  exists: (path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true,
  style: readFileSync(join(here, "style.css"), "utf8"),
  searchScript: readFileSync(join(here, "search.js"), "utf8"),
});

if (faults.length > 0) {
  console.error(`docs: ${faults.length} faults, nothing was written\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  process.exit(1);
}
// Made anew, so that no page outlives its source; but only over a site, never over somebody's folder.
if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, "search.html"))) {
  console.error(`docs: ${folder} holds other things; name an empty folder`);
  process.exit(2);
}
rmSync(folder, { recursive: true, force: true });
for (const file of files) {
  const target = join(folder, file.url);
  mkdirSync(dirname(target), { recursive: true });
  if ("text" in file) writeFileSync(target, file.text);
  else copyFileSync(join(root, file.copyOf), target);
}
console.log(`${files.length} files; open ${join(folder, "index.html")}`);
