// Compiles assembly/score-trees.ts (AssemblyScript) and writes the module into src/ml/score-trees.ts; with --check only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}/src/ml/score-trees.ts`;
const source = readFileSync(`${root}/assembly/score-trees.ts`, "utf8");

let binary;
const { error } = await asc.main(
  [
    "score-trees.ts",
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--enable",
    "simd",
    "--outFile",
    "score-trees.wasm",
  ],
  {
    readFile: (name) => (name === "score-trees.ts" ? source : null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  },
);
if (error !== null || binary === undefined) {
  console.error(`assembly/score-trees.ts does not compile: ${String(error)}`);
  process.exit(1);
}
const text = readFileSync(target, "utf8");
const written = text.replace(/(\/\/ begin module\n)[\s\S]*(\/\/ end module)/, (_, begin, end) => {
  const base64 = Buffer.from(binary).toString("base64");
  const lines = base64.match(/.{1,120}/g).map((line) => `  "${line}",`);
  return `${begin}const moduleBase64 = [\n${lines.join("\n")}\n];\n${end}`;
});
if (process.argv.includes("--check")) {
  if (written !== text) {
    console.error("src/ml/score-trees.ts does not hold what assembly/score-trees.ts compiles to: run npm run build:assembly");
    process.exit(1);
  }
} else writeFileSync(target, written);
