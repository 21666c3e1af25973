/** The path under which the page stands among the repository's own. */
export const blindSpotsPath = "src/detectors/README.md";

/**
 * One page from what every detector says it cannot see. Detectors that say nothing are listed: a detector without a blind spot has not
 * been thought through.
 */
export function blindSpots(markdown: ReadonlyMap<string, string>): { text: string; silent: string[] } {
  const silent: string[] = [];
  const parts = [...markdown].flatMap(([path, text]) => {
    const folder = /^src\/detectors\/([\w-]+)\/README\.md$/.exec(path)?.[1];
    if (folder === undefined) return [];
    const own = blindSpotsIn(text);
    if (own === null) silent.push(path);
    return [`## ${/^# (.*)$/m.exec(text)?.[1] ?? folder}\n\n${own ?? ""}\n\n[How it judges](${folder}/README.md)\n`];
  });
  const introduction =
    "What each detector cannot see, in its own words. A quiet report means that nothing was seen through these eyes. " +
    "Which questions could not be asked of your data at all is in every report, under coverage and blind spots.";
  return { text: `# Blind spots\n\n${introduction}\n\n${parts.sort().join("\n")}`, silent };
}

/** A section under a heading of its own, or a paragraph that begins in bold. */
function blindSpotsIn(text: string): string | null {
  const section = /^## What it cannot see\n([\s\S]*?)(?=\n## |$(?![\s\S]))/m.exec(text)?.[1];
  const paragraph = /^\*\*Blind spots\.\*\* ([\s\S]*?)(?=\n\n|$(?![\s\S]))/m.exec(text)?.[1];
  return (section ?? paragraph)?.trim() ?? null;
}
