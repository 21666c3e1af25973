/**
 * Command lines of `spoor` in the code blocks of a Markdown text, as words without the program's name. Prompts, `npx` and what stands
 * before it are left away; a comment, two spaces, a pipe, a redirection or a semicolon end a command.
 */
export function commandsIn(markdown: string): string[][] {
  return blocksOf(markdown).flatMap((block) =>
    [...block.matchAll(/^(?:\$ |.*?(?:&& |-- |=\S*))?(?:npx )?spoor +(?=\S)/gm)].map((match) =>
      wordsFrom(block.slice(match.index + match[0].length)),
    ),
  );
}

/** Long options that a text names in passing, in a span of code that begins with one or with `spoor`. */
export function optionsIn(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return spans
    .filter((span) => /^(?:--|spoor )/.test(span))
    .flatMap((span) => [...span.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option));
}

function blocksOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)];
  return blocks.filter(([, language = ""]) => ["", "sh", "ini"].includes(language)).map(([, , text = ""]) => text);
}

/** The words of a command as a shell would split them, up to its end. */
function wordsFrom(text: string): string[] {
  const words: string[] = [];
  // A word is any run of quoted stretches and plain characters; a backslash at the end of a line joins the next one.
  const word = /(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'|;\\]|\\\S)+))/y;
  const gap = /(?: ?\\\n\s*| )(?![ #|;>])/y;
  for (let position = 0; ; ) {
    let whole = "";
    word.lastIndex = position;
    for (let match = word.exec(text); match !== null; match = word.exec(text)) {
      whole += match[1]?.replaceAll(/\\(.)/g, "$1") ?? match[2] ?? match[3] ?? "";
      position = word.lastIndex;
    }
    words.push(whole);
    gap.lastIndex = position;
    if (gap.exec(text) === null) return words;
    position = gap.lastIndex;
  }
}
