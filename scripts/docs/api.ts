import { posix } from "node:path";

/** What a module exports under a name: its declarations as the compiler writes them, and the sentence that stands before them. */
export interface Exported {
  readonly name: string;
  readonly description: string;
  readonly declaration: string;
}

/** Text of a declaration file by its path (`index.d.ts`), or undefined where there is none. */
type Read = (path: string) => string | undefined;

/** Everything that a declaration file exports, through re-exports, by name. Throws where a name leads nowhere. */
export function exportsOf(path: string, read: Read): Exported[] {
  return [...collect(path, read).values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Exports as Markdown: a heading, the description and the declaration for each. */
export function apiMarkdown(specifier: string, introduction: string, exported: readonly Exported[]): string {
  const parts = exported.map(
    ({ name, description, declaration }) =>
      `## ${name}\n\n${description === "" ? "" : `${description}\n\n`}\`\`\`ts\n${declaration}\n\`\`\`\n`,
  );
  return `# ${specifier}\n\n${introduction}\n\n${parts.join("\n")}`;
}

function collect(path: string, read: Read): Map<string, Exported> {
  const text = read(path);
  if (text === undefined) throw new Error(`there is no ${path}`);
  const found = new Map<string, Exported>();
  for (const { comment, code } of statementsOf(text)) {
    const name = /^export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) ([\w$]+)/.exec(code)?.[1];
    if (name !== undefined) {
      const declaration = code.replace(/^export (declare )?/, "");
      const earlier = found.get(name);
      // Overloads, or a constant and a type of the same name.
      const whole = earlier === undefined ? declaration : `${earlier.declaration}\n${declaration}`;
      found.set(name, { name, description: earlier?.description || comment || parsedBy(code), declaration: whole });
    }
    for (const one of passedOn(code, path, read)) found.set(one.name, one);
  }
  return found;
}

/** A type that is made from its schema is told of there. */
function parsedBy(code: string): string {
  const schema = /= z\.infer<typeof (\w+)>;$/.exec(code)?.[1];
  return schema === undefined ? "" : `What the schema \`${schema}\` gives.`;
}

/** What `export { a, type B as C } from "./x.ts"` and `export * from "./x.ts"` pass on. */
function passedOn(code: string, path: string, read: Read): Exported[] {
  const from = /^export\b[^;]*\bfrom "(\.[^"]+)";$/s.exec(code)?.[1];
  if (from === undefined) return [];
  const target = posix.join(posix.dirname(path), from.replace(/\.(ts|js)$/, ".d.ts"));
  const there = collect(target, read);
  if (/^export (type )?\*/.test(code)) return [...there.values()];
  const names = /\{([^}]*)\}/.exec(code)?.[1] ?? "";
  return names
    .split(",")
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "")
    .map((name) => {
      const [inside = "", outside = inside] = name.split(" as ");
      const one = there.get(inside);
      if (one === undefined) throw new Error(`${target} does not export ${inside}`);
      return { ...one, name: outside };
    });
}

/** Statements at the top level of a declaration file as the compiler lays it out: each begins at the start of a line. */
function statementsOf(text: string): { comment: string; code: string }[] {
  const chunks: string[][] = [];
  for (const line of text.split("\n")) {
    if (/^(export|import|declare|interface|type|\/\*\*|\/\/)/.test(line)) chunks.push([line]);
    else if (line.trim() !== "") chunks.at(-1)?.push(line);
  }
  let comment = "";
  return chunks.flatMap((lines) => {
    const code = lines.join("\n");
    if (code.startsWith("/**")) {
      comment = wordsOf(code);
      return [];
    }
    const statement = { comment, code };
    comment = "";
    return code.startsWith("//") ? [] : [statement];
  });
}

function wordsOf(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join("\n")
    .trim();
}
