// The workbench as a hunter meets it: the real command over a small hunted store, its pages over HTTP and in a real browser.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Running, spoor, startSpoor } from "./support/command-line.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-serve-"));
const out = join(folder, "spoor-out");
const settings = ["--internal", "10.0.0.0/8"];
const hypotheses = z.array(z.looseObject({ id: z.string(), title: z.string(), testable: z.boolean() }));
let serving: Running;
let link: URL;
let cookie: string;
let formToken: string;

beforeAll(async () => {
  writeSmallLogs(join(folder, "logs"));
  const hunted = await spoor(["hunt", "logs", ...settings, "--quiet"], { cwd: folder });
  expect(hunted.code, hunted.err).toBe(0);
  serving = startSpoor(["serve", ...settings], { cwd: folder, env: { USER: "ann" } });
  link = await vi.waitFor(() => new URL(/http:\S+/.exec(serving.err())?.[0] ?? "not yet"), { timeout: 60_000, interval: 100 });
});

afterAll(async () => {
  serving.signalGroup("SIGINT");
  await serving.ended;
  rmSync(folder, { recursive: true, force: true });
});

async function get(path: string): Promise<string> {
  const answer = await fetch(new URL(path, link), { headers: { cookie } });
  expect(answer.status, path).toBe(200);
  return answer.text();
}

async function post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await fetch(new URL(path, link), {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin: link.origin },
    body: new URLSearchParams({ form_token: formToken, ...fields }),
  });
  expect(answer.status, path).toBe(303);
  return answer.headers.get("location") ?? "";
}

function testable(): { readonly id: string } {
  const one = hypotheses.parse(JSON.parse(readFileSync(join(out, "hypotheses.json"), "utf8"))).find((each) => each.testable);
  if (one === undefined) throw new Error("the small logs give no hypothesis that can be tested");
  return one;
}

test("the link that is printed lets in, and shows what the last run came to", async () => {
  const entered = await fetch(link, { redirect: "manual" });
  expect(entered.status).toBe(303);
  cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const page = await get("/");
  formToken = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? "";
  expect(page).toContain(`/hypotheses/${testable().id}/pursue`);
  expect(page).toContain("No language model is asked.");
  expect(await get("/report")).toBe(readFileSync(join(out, "report.html"), "utf8"));
});

test("wrong usage, and a model that is not set up, are told before anything is served", async () => {
  const cases = [
    [["--port", "99999"], {}, "a port from 0 to 65535 is needed"],
    [[], { SPOOR_SERVE_TOKEN: "short" }, "SPOOR_SERVE_TOKEN is too short"],
    [["--ai", "claude"], { ANTHROPIC_API_KEY: "" }, "no language model is set up"],
  ] as const;
  for (const [words, env, said] of cases) {
    const { code, err } = await spoor(["serve", ...words], { cwd: folder, env });
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  }
});

test("a verdict that is given in the browser stands in the store, with its author", async () => {
  const uid = /href="\/findings\/([0-9a-f]+)"/.exec(await get("/findings"))?.[1] ?? "";
  expect(await post(`/findings/${uid}/verdict`, { verdict: "benign", note: "the backup agent" })).toBe(
    `/findings/${uid}#verdict`,
  );
  expect(await get(`/findings/${uid}`)).toContain("<strong>benign</strong>, by ann");
  const told = await spoor(["query", "SELECT finding_uid, verdict, note, author FROM triage", "--quiet"], { cwd: folder });
  expect(JSON.parse(told.out)).toEqual({ finding_uid: uid, verdict: "benign", note: "the backup agent", author: "ann" });
});

test("a hypothesis is pursued by the command line, into a folder of its own, and the last whole run stays as it is", async () => {
  const before = readFileSync(join(out, "run.json"), "utf8");
  const { id } = testable();
  const path = await post(`/hypotheses/${id}/pursue`);
  const page = await vi.waitFor(
    async () => {
      const text = await get(path);
      expect(text).not.toContain('http-equiv="refresh"');
      return text;
    },
    { timeout: 120_000, interval: 500 },
  );
  expect(page).toContain("Read the report of this pursuit");
  expect(await get(`${path}/report`)).toContain("<h1>");
  const run = z
    .looseObject({ command: z.string(), window: z.looseObject({}) })
    .parse(JSON.parse(readFileSync(join(out, path, "run.json"), "utf8")));
  expect(run.command).toContain(`--hypothesis ${id} --no-collect`);
  expect(run.window).toEqual(z.looseObject({ window: z.looseObject({}) }).parse(JSON.parse(before)).window);
  const hunts = z
    .array(z.looseObject({ hypothesisId: z.string() }))
    .parse(JSON.parse(readFileSync(join(out, path, "hunts.json"), "utf8")));
  expect(new Set(hunts.map(({ hypothesisId }) => hypothesisId))).toEqual(new Set([id]));
  expect(readFileSync(join(out, "run.json"), "utf8")).toBe(before);
  expect(await get("/")).toContain(path);
});

const executablePath = "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);

test.skipIf(!hasChromium)(
  `in a browser the forms work, the pages fit a telephone, and nothing is blocked or asked of others${hasChromium ? "" : ` (skipped: there is no ${executablePath})`}`,
  async () => {
    const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
    try {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
      const [name = "", value = ""] = cookie.split("=");
      await context.addCookies([{ name, value, url: link.origin, httpOnly: true, sameSite: "Strict" }]);
      const page = await context.newPage();
      const heard: string[] = [];
      page.on("console", (message) => heard.push(message.text()));
      page.on("request", (request) => {
        if (!request.url().startsWith(`${link.origin}/`)) heard.push(request.url());
      });
      const fits = (one: Page) => one.evaluate("document.documentElement.scrollWidth <= innerWidth");
      const [pursued = ""] = readdirSync(join(out, "pursuits"));
      for (const path of ["/findings", "/report", `/pursuits/${pursued}`, "/"]) {
        await page.goto(new URL(path, link).href);
        expect(await fits(page), path).toBe(true);
      }
      await page.getByRole("link", { name: "All findings" }).click();
      await page.locator("tbody a").first().click();
      await page.locator("select[name=verdict]").selectOption("suspicious");
      await page.getByLabel("Why").fill("seen <b>again</b>");
      await page.getByRole("button", { name: "Write down" }).click();
      await page.getByText("seen <b>again</b>").waitFor();
      await page.goto(link.origin);
      await page
        .getByRole("button", { name: /^Pursue/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("What was stored stays").waitFor({ timeout: 60_000 });
      expect(await fits(page)).toBe(true);
      expect(heard).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test("Ctrl-C ends what is pursued, then the server, with 130", async () => {
  const kept = readdirSync(join(out, "pursuits"));
  const path = await post(`/hypotheses/${testable().id}/pursue`);
  await vi.waitFor(async () => expect(await get(path)).toContain(" of "), { timeout: 60_000, interval: 100 });
  serving.signalGroup("SIGINT");
  const { code, err } = await serving.ended;
  expect(code, err).toBe(130);
  expect(readdirSync(join(out, "pursuits"))).toEqual(kept);
  expect((await spoor(["findings", "--limit", "1", "--quiet"], { cwd: folder })).code).toBe(0);
});
