/**
 * A TypeScript file with comments, quoted text and regular expressions blanked out, line for line, so that what is left is code.
 * Code inside `${…}` of a template stays.
 */
export function withoutCommentsAndText(text: string): string {
  let kept = "";
  let at = 0;
  // Depths of braces at which a template literal goes on.
  const templates: number[] = [];
  let depth = 0;

  const skip = (end: RegExp): void => {
    end.lastIndex = at + 1;
    const stop = end.exec(text);
    const to = stop === null ? text.length : stop.index + stop[0].length;
    kept += text.slice(at, to).replace(/[^\n]/g, " ");
    at = to;
  };
  const template = (): void => {
    skip(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/gy);
    if (text[at - 1] === "{") templates.push(depth++);
  };

  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text[at] ?? "";
    if (two === "//") skip(/[^\n]*/gy);
    else if (two === "/*") skip(/[\s\S]*?\*\//gy);
    else if (one === '"') skip(/(?:[^"\\\n]|\\[\s\S])*"/gy);
    else if (one === "'") skip(/(?:[^'\\\n]|\\[\s\S])*'/gy);
    else if (one === "`") template();
    else if (one === "}" && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      template();
    } else if (one === "/" && startsRegularExpression(kept)) skip(/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//gy);
    else {
      if (one === "{") depth += 1;
      if (one === "}") depth -= 1;
      kept += one;
      at += 1;
    }
  }
  return kept;
}

/** After a value a slash divides; after an operator, an opening bracket or a keyword it opens a regular expression. */
function startsRegularExpression(before: string): boolean {
  const code = before.trimEnd();
  return code === "" || /[([{,;:=!?&|+\-*%<>~^]$/.test(code) || /\b(?:return|typeof|case|in|of|void|await|yield)$/.test(code);
}
