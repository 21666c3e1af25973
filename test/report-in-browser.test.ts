import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { compose } from "../src/report/compose.ts";
import { toHtml } from "../src/report/html.ts";
import { reportSettings } from "../src/report/settings.ts";
import { poisoned } from "./hostile-text.ts";
import { reportExample } from "./report-example.ts";

const executablePath = "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const faults = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

const because = hasChromium ? "" : ` (skipped: there is no ${executablePath})`;

describe.skipIf(!hasChromium)(`the report in a browser${because}`, () => {
  let browser: Browser;
  let folder: string;
  let plain: string;
  let hostile: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: flags });
    folder = await mkdtemp(join(tmpdir(), "spoor-report-"));
    plain = await written("plain.html", toHtml(compose(reportExample)));
    hostile = await written("hostile.html", toHtml(compose(poisoned(reportExample))));
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function written(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return pathToFileURL(path).href;
  }

  async function opened(
    address: string,
    options: { width: number; colorScheme?: "light" | "dark" },
  ): Promise<{ page: Page; heard: string[] }> {
    const page = await browser.newPage({
      viewport: { width: options.width, height: 900 },
      colorScheme: options.colorScheme ?? "light",
    });
    const heard: string[] = [];
    page.on("console", (message) => heard.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== address) heard.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    return { page, heard };
  }

  test("hostile text runs nothing, asks for nothing, and leaves the page whole", async () => {
    const { page, heard } = await opened(hostile, { width: 1280 });
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    await page.mouse.move(400, 400);
    expect(await page.evaluate("typeof window.hit")).toBe("undefined");
    expect(
      await page.evaluate(
        "document.querySelectorAll('script, img, iframe, object, embed, form, input, link, b, i, [style], [onerror], [onload], [onfocus]').length",
      ),
    ).toBe(0);
    expect(await page.evaluate("Array.from(document.querySelectorAll('main > section'), (each) => each.id)")).toEqual([
      "executive",
      "first",
      "changes",
      "stories",
      "findings",
      "hypotheses",
      "hunts",
      "attack",
      "coverage",
      "read",
      "method",
      "statements",
    ]);
    expect(
      await page.evaluate(
        "Array.from(document.querySelectorAll('a'), (each) => each.getAttribute('href')).filter((href) => !href.startsWith('#'))",
      ),
    ).toEqual([]);
    expect(heard).toEqual([]);
    await page.close();
  });

  test.each([
    ["plain", 1280],
    ["plain", 768],
    ["plain", 390],
    ["hostile", 1280],
    ["hostile", 390],
  ] as const)("the %s page is never wider than a window of %i px: tables scroll inside themselves", async (which, width) => {
    const { page } = await opened(which === "plain" ? plain : hostile, { width });
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("at %i px in the %s scheme, everyone can read and reach everything (axe)", async (width, colorScheme) => {
    const { page } = await opened(plain, { width, colorScheme });
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    await page.evaluate(axe);
    const found = await page.evaluate(
      "axe.run().then((result) => result.violations.map((each) => ({ id: each.id, nodes: each.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)) })))",
    );
    expect(faults.parse(found)).toEqual([]);
    await page.close();
  });

  test.each([1280, 390])("at %i px the words of every chart are large enough and stand within its frame", async (width) => {
    const { page } = await opened(plain, { width });
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    const wrong =
      await page.evaluate(`Array.from(document.querySelectorAll("svg.spoor-chart")).filter((svg) => svg.clientWidth > 0).flatMap((svg) => {
      const frame = svg.viewBox.baseVal;
      const scale = svg.clientWidth / frame.width;
      return Array.from(svg.querySelectorAll("text")).flatMap((text) => {
        const box = text.getBBox();
        const isTurned = text.parentElement.hasAttribute("transform");
        const size = parseFloat(getComputedStyle(text).fontSize) * scale;
        const isOutside = !isTurned && (box.x < -1 || box.y < -1 || box.x + box.width > frame.width + 2 || box.y + box.height > frame.height + 2);
        return size < 10 || isOutside ? [svg.id + ": " + text.textContent + " " + size.toFixed(1) + " px at " + box.x.toFixed(0) + "+" + box.width.toFixed(0)] : [];
      });
    })`);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("on paper it is dark on white, opened but for what is told to stand by its headline, whatever the scheme of the screen", async () => {
    const { page } = await opened(plain, { width: 800, colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("getComputedStyle(document.querySelector('svg.spoor-chart text')).fill")).toBe("rgb(27, 31, 36)");
    const heights = (selector: string) =>
      page.evaluate<number[]>(
        `Array.from(document.querySelectorAll(${JSON.stringify(selector)}), (each) => each.getBoundingClientRect().height)`,
      );
    expect(Math.min(...(await heights("details.card:not(.brief):not([open]) > .body")))).toBeGreaterThan(0);
    expect(Math.max(...(await heights("details.card.brief > .body")))).toBe(0);
    expect(Math.min(...(await heights("details.card.brief > summary, .on-paper")))).toBeGreaterThan(0);
    await page.close();
  });

  test("as PDF its links lead to its own pages only, and hostile text adds no address, action or script", async () => {
    const { page } = await opened(hostile, { width: 800 });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(pdf.startsWith("%PDF-")).toBe(true);
    // Annotations are written plainly, not in compressed streams: those of the report's own links are seen.
    expect(pdf).toMatch(/\/Subtype\s*\/Link/);
    expect(pdf).not.toMatch(/\/URI\b|\/JavaScript|\/JS\b|\/Launch|\/GoToR|\/SubmitForm|\/EmbeddedFile/);
    await page.close();
  });

  test("the foot of every printed page has the marking and the number of the page, in strings that no text can end", () => {
    const settings = reportSettings.parse({ tlp: "amber+strict", organisation: 'Ours"}@import "https://evil.com";</style>' });
    const html = toHtml(compose({ ...reportExample, settings }));
    const margins = /@page\{.*\}/.exec(html)?.[0] ?? "";
    expect(margins).toMatch(
      /@bottom-right\{content:"TLP\\00003aAMBER\\00002bSTRICT[^"]*" counter\(page\) "[^"]*" counter\(pages\)/,
    );
    expect(margins).not.toMatch(/evil\.com|import "|<\/style/);
    expect(html.match(/<style/g)).toHaveLength(1);
  });
});
