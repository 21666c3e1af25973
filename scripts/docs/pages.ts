import { posix } from "node:path";

/** A Markdown file of the repository and where it stands in the site; both with forward slashes, from their roots. */
export interface Page {
  readonly path: string;
  readonly url: string;
  readonly section: Section;
}

/** In the order of the navigation. */
export const sections = ["Start", "Guide", "Detectors", "Hunts", "Reference", "Decisions"] as const;
export type Section = (typeof sections)[number];

interface Place {
  readonly section: Section;
  readonly file: RegExp;
  /** With the first group of `file` in place of $1. */
  readonly url: string;
}

const places: readonly Place[] = [
  { section: "Start", file: /^README\.md$/, url: "index.html" },
  { section: "Start", file: /^CHANGELOG\.md$/, url: "changelog.html" },
  { section: "Guide", file: /^docs\/guide\/README\.md$/, url: "guide/index.html" },
  { section: "Guide", file: /^docs\/guide\/([\w-]+)\.md$/, url: "guide/$1.html" },
  { section: "Detectors", file: /^src\/detectors\/README\.md$/, url: "detectors/index.html" },
  { section: "Detectors", file: /^src\/detectors\/([\w-]+)\/README\.md$/, url: "detectors/$1.html" },
  { section: "Hunts", file: /^src\/hunts\/library\/([\w-]+)\/hunt\.md$/, url: "hunts/$1.html" },
  { section: "Reference", file: /^docs\/api\/([\w-]+)\.md$/, url: "api/$1.html" },
  { section: "Reference", file: /^src\/store\/schema\/README\.md$/, url: "reference/tables.html" },
  { section: "Reference", file: /^src\/evaluation\/README\.md$/, url: "reference/evaluation.html" },
  { section: "Reference", file: /^src\/attack\/data\/README\.md$/, url: "reference/attack-data.html" },
  { section: "Decisions", file: /^docs\/decisions\/README\.md$/, url: "decisions/index.html" },
  { section: "Decisions", file: /^docs\/decisions\/([\w-]+)\.md$/, url: "decisions/$1.html" },
];

/** Folders in which Markdown of the site lies; "." stands for the files at the root alone. */
export const markdownFolders = [
  ".",
  "docs/guide",
  "docs/decisions",
  "docs/api",
  "src/detectors",
  "src/hunts/library",
  "src/store/schema",
  "src/evaluation",
  "src/attack/data",
];

/** The pages that files make, by section and, within the guide, in the order in which its index names them. */
export function pagesOf(files: readonly string[], guideIndex: string): Page[] {
  const named = [...guideIndex.matchAll(/\]\(([\w-]+\.md)\)/g)].map((match) => posix.join("docs/guide", match[1] ?? ""));
  const rank = (path: string): number => (named.includes(path) ? named.indexOf(path) + 1 : 0);
  const pages = [...files].sort().flatMap((path): (Page & { place: number })[] => {
    const place = places.findIndex(({ file }) => file.test(path));
    const found = places[place];
    return found === undefined ? [] : [{ path, place, url: path.replace(found.file, found.url), section: found.section }];
  });
  return pages
    .sort((one, other) => one.place - other.place || rank(one.path) - rank(other.path))
    .map(({ path, url, section }) => ({ path, url, section }));
}

/** Pages of the guide that its index does not name: nobody would find them. */
export function unnamed(pages: readonly Page[], guideIndex: string): string[] {
  return pages
    .filter(({ section, path }) => section === "Guide" && !path.endsWith("/README.md"))
    .filter(({ path }) => !guideIndex.includes(`](${posix.basename(path)})`))
    .map(({ path }) => path);
}
