import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apiMarkdown, type Exported, exportsOf } from "./api.ts";

/** Writes what the package would ship as declarations (and, unless left out, as code) into a folder. Throws where the compiler writes nothing. */
export function emit(root: string, folder: string, { code }: { readonly code: boolean }): void {
  const words = ["-p", "tsconfig.build.json", "--outDir", folder, ...(code ? [] : ["--emitDeclarationOnly"])];
  const { status, stdout, error } = spawnSync(join(root, "node_modules", ".bin", "tsc"), words, { cwd: root, encoding: "utf8" });
  // 2: written, with complaints, which are the type check's to tell.
  if (status !== 0 && status !== 2) throw new Error(`the package does not compile: ${error?.message ?? stdout}`);
}

/** A module of the package that programs may import. */
interface EntryPoint {
  /** As it is imported: "spoor/ml". */
  readonly specifier: string;
  /** Below the folder of declarations. */
  readonly declarations: string;
  /** The page that tells of it. */
  readonly page: string;
}

/** The modules that package.json lets programs import. */
export function entryPoints(root: string): EntryPoint[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) => {
    if (types === undefined) return [];
    const specifier = path.replace(/^\./, name);
    return [
      {
        specifier,
        declarations: types.replace(/^\.\/dist\//, ""),
        page: `docs/api/${specifier.replaceAll("/", "-")}.md`,
      },
    ];
  });
}

/** The pages of docs/api, from the declarations in a folder: their path and text, and what they tell of. */
export function apiPages(root: string, folder: string): { page: string; text: string; exported: readonly Exported[] }[] {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(join(folder, path), "utf8");
    } catch {
      return undefined;
    }
  };
  return entryPoints(root).map(({ specifier, declarations, page }) => {
    const exported = exportsOf(declarations, read);
    const introduction = `What a program gets with \`import … from "${specifier}"\`, as its types say. Written by \`npm run api\`; [how to use it](../guide/library.md).`;
    return { page, text: apiMarkdown(specifier, introduction, exported), exported };
  });
}
