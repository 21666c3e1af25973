import { createHash } from "node:crypto";
import { posix } from "node:path";
import { blindSpots, blindSpotsPath } from "./blind-spots.ts";
import { frame, searchFrame } from "./frame.ts";
import { type Page, pagesOf, unnamed } from "./pages.ts";
import { type Rendered, render } from "./render.ts";

/** A file of the site: its path in it and its text, or the file of the repository that is copied there. */
export type SiteFile = { readonly url: string; readonly text: string } | { readonly url: string; readonly copyOf: string };

export interface Site {
  readonly files: readonly SiteFile[];
  /** Links that lead nowhere and pages that nobody would find, one line each; a site with any is not to be published. */
  readonly faults: readonly string[];
}

/** What a site is made of: the Markdown files by path, whether a file of the repository exists, and what search and style are. */
export interface SiteInput {
  readonly markdown: ReadonlyMap<string, string>;
  readonly exists: (path: string) => boolean;
  readonly style: string;
  readonly searchScript: string;
}

const guideIndex = "docs/guide/README.md";
const picture = /\.(png|svg|jpg)$/;

/** The whole site. Pure: the same files give the same bytes. */
export function siteOf({ markdown: written, exists, style, searchScript }: SiteInput): Site {
  const overview = blindSpots(written);
  const markdown = new Map([...written, [blindSpotsPath, overview.text]]);
  const index = markdown.get(guideIndex) ?? "";
  const pages = pagesOf([...markdown.keys()], index);
  const urls = new Map(pages.map(({ path, url }) => [path, url]));
  const copied = new Map<string, string>();
  const placeOf = (target: string): string | null => {
    const url = urls.get(target);
    if (url !== undefined) return url;
    if (!exists(target)) return null;
    // Files that are no pages (a licence, an example) are shown as they are, as text.
    const copy = picture.test(target) ? `pictures/${target.replaceAll("/", "-")}` : `files/${target}.txt`;
    copied.set(copy, target);
    return copy;
  };

  const rendered = new Map<string, Rendered>();
  for (const { path, url } of pages) {
    const from = (target: string): string | null => {
      const place = placeOf(target);
      return place === null ? null : relative(url, place);
    };
    rendered.set(path, render(markdown.get(path) ?? "", path, from));
  }

  const titled = pages.map((page) => ({ ...page, title: rendered.get(page.path)?.title ?? page.path }));
  const hashes = { style: hash(style), script: hash(searchScript) };
  const files: SiteFile[] = titled.flatMap((page): SiteFile[] => {
    const one = rendered.get(page.path);
    if (one === undefined) return [];
    return [{ url: page.url, text: frame({ page, pages: titled, rendered: one, style, hashes, relative }) }];
  });
  const entries = titled.flatMap(({ path, url, title }) =>
    (rendered.get(path)?.parts ?? []).map(({ anchor, heading, level, text }) => ({
      url: level === 1 ? url : `${url}#${anchor}`,
      title,
      heading: level === 1 ? "" : heading,
      text,
    })),
  );
  return {
    files: [
      ...files,
      { url: "search.html", text: searchFrame({ pages: titled, entries, style, script: searchScript, hashes, relative }) },
      ...[...copied].map(([url, copyOf]) => ({ url, copyOf })),
    ],
    faults: [
      ...unnamed(pages, index).map((path) => `${path}: ${guideIndex} does not name it`),
      ...overview.silent.map((path) => `${path}: it does not say what the detector cannot see`),
      ...pages.flatMap((page) => deadLinks(page, rendered, exists)),
    ],
  };
}

function deadLinks({ path }: Page, rendered: ReadonlyMap<string, Rendered>, exists: SiteInput["exists"]): string[] {
  return (rendered.get(path)?.links ?? []).flatMap(({ target, anchor }) => {
    const page = rendered.get(target);
    if (page === undefined && !exists(target)) return [`${path}: there is no ${target}`];
    const isThere = anchor === "" || page?.parts.some((part) => part.anchor === anchor) === true;
    return isThere ? [] : [`${path}: ${target} has no heading #${anchor}`];
  });
}

/** The way from one file of the site to another. */
function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
