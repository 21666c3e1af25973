// The workbench as a hunter meets it: the real command over a small hunted store, its pages over HTTP and in a real browser.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Running, spoor, startSpoor } from "./support/command-line.ts";
import { type MessagesApi, ruleBrain, startMessagesApi } from "./support/messages-api/index.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
// Long enough for a machine that is busy with other tests; nothing here measures speed.
const patience = 240_000;
const folder = mkdtempSync(join(tmpdir(), "spoor-serve-"));
const out = join(folder, "spoor-out");
// Two detectors are enough for hypotheses to pursue, and quicker than all.
const settings = ["--internal", "10.0.0.0/8", "--only", "beaconing,unusual-sign-in"];
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
  link = await vi.waitFor(() => new URL(/http:\S+/.exec(serving.err())?.[0] ?? "not yet"), { timeout: patience, interval: 100 });
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
    { timeout: patience, interval: 500 },
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
const whySkipped = hasChromium ? "" : ` (skipped: there is no ${executablePath})`;
const launched = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const fits = (page: Page) => page.evaluate("document.documentElement.scrollWidth <= innerWidth");

test.skipIf(!hasChromium)(
  `in a browser the forms work, the pages fit a telephone, and nothing is blocked or asked of others${whySkipped}`,
  async () => {
    const browser = await launched();
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
      await page.getByText("What was stored stays").waitFor({ timeout: patience });
      expect(await fits(page)).toBe(true);
      expect(heard).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

describe.skipIf(!hasChromium)(`pursued with Claude, in a browser${whySkipped}`, () => {
  let api: MessagesApi;
  let served: Running;
  let browser: Browser;
  let page: Page;
  const heard: string[] = [];

  beforeAll(async () => {
    api = await startMessagesApi({ brain: ruleBrain() });
    const claude = { baseUrl: api.url, spend: join(folder, "spend"), usdPerHunt: 0.4, secondsPerCall: 100, idleSeconds: 100 };
    writeFileSync(join(folder, "claude.yaml"), JSON.stringify({ ai: "claude", claude }));
    const env = { ANTHROPIC_API_KEY: "sk-ant-canary-0123456789" };
    served = startSpoor(["serve", ...settings, "--config", "claude.yaml"], { cwd: folder, env });
    const printed = await vi.waitFor(() => /http:\S+/.exec(served.err())?.[0] ?? Promise.reject(new Error("not yet")), {
      timeout: patience,
      interval: 100,
    });
    browser = await launched();
    page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
    page.setDefaultTimeout(patience);
    page.on("console", (message) => heard.push(message.text()));
    await page.goto(printed);
  });
  afterAll(async () => {
    await browser?.close();
    served?.signalGroup("SIGINT");
    await served?.ended;
    await api?.close();
    expect(heard).toEqual([]);
  });

  const main = () => page.locator("main");
  const pursue = async (): Promise<void> => {
    await page.getByRole("link", { name: "Overview" }).click();
    await page
      .getByRole("button", { name: /^Pursue, up to \$0\.40/ })
      .first()
      .click();
  };

  test("model, price cap, privacy and time stand above the buttons", async () => {
    for (const said of [
      "claude-sonnet-5-5",
      "$0.40 a pursuit",
      "$0.00 of $5.00 are spent today",
      "pseudonymised",
      "at most 300 s",
    ])
      expect(await main().innerText()).toContain(said);
    expect(await fits(page)).toBe(true);
  });

  test("rounds, steps, money and time left are told while it looks, and it can be stopped there", async () => {
    const rule = ruleBrain();
    let turns = 0;
    api.setBrain((request, call) => {
      turns += 1;
      return turns < 4 ? rule(request, call) : new Promise(() => {});
    });
    await pursue();
    await main().getByText("round 4 of at most 12").waitFor({ timeout: patience });
    const text = await main().innerText();
    expect(text).toMatch(/Spent so far\s+\$0\.\d+ of at most \$0\.40/);
    expect(text).toMatch(/Time left\s+at most \d+ (s|min)/);
    expect(text).toMatch(/3 questions to Claude, 3 looks of its own/);
    expect(text).toContain("list tables");
    expect(await fits(page)).toBe(true);
    await page.getByRole("button", { name: "Cancel" }).click();
    await main().getByText("what was found by then stands below").waitFor({ timeout: patience });
    await page.getByText("steps, in their order").click();
    await page.getByText("Claude is asked what to look at next").first().waitFor();
    await page.getByRole("link", { name: "Exactly what was sent" }).click();
    // The one that was under way had left too.
    await main().getByText("4 questions left this machine").waitFor();
    await page.goto(served.err().match(/http:\/\/[\d.:]+/)?.[0] ?? "");
    expect(await main().innerText()).toMatch(/\$0\.\d*[1-9]\d* of \$5\.00 are spent today/);
  });

  test("verdict, claims with their records as they came, and exactly what was sent stand at the end", async () => {
    const before = api.requests.length;
    api.setBrain(ruleBrain());
    await pursue();
    await page.getByRole("heading", { name: "Claude, as checked" }).waitFor({ timeout: patience });
    const claim = page.locator("#claude details.card").first();
    await claim.locator("summary").click();
    const place = (await claim.locator("p .quiet").allInnerTexts()).map((text) => /^(\S+), line (\d+)/.exec(text))[0];
    const [, file = "", line = ""] = place ?? [];
    const [shown = ""] = await claim.locator("pre.record").allInnerTexts();
    const plain = gunzipSync(readFileSync(join(folder, file))).toString("utf8");
    expect(shown.split(/\s+/)).toEqual((plain.split("\n")[Number(line) - 1] ?? "").split(/\s+/));
    expect(await fits(page)).toBe(true);
    await page.getByRole("link", { name: "Exactly what was sent" }).click();
    const bodies = api.requests.slice(before).filter(({ path }) => path.endsWith("/messages"));
    await main().getByText(`${bodies.length} questions left this machine`).waitFor();
    expect(await fits(page)).toBe(true);
    await page.getByRole("link", { name: "2", exact: true }).click();
    expect(JSON.parse(await page.locator("pre").innerText())).toEqual(JSON.parse(bodies[1]?.body ?? ""));
    expect(await fits(page)).toBe(true);
  });
});

test("Ctrl-C ends what is pursued, then the server, with 130", async () => {
  const kept = readdirSync(join(out, "pursuits"));
  const path = await post(`/hypotheses/${testable().id}/pursue`);
  await vi.waitFor(async () => expect(await get(path)).toContain(" of "), { timeout: patience, interval: 100 });
  serving.signalGroup("SIGINT");
  const { code, err } = await serving.ended;
  expect(code, err).toBe(130);
  expect(readdirSync(join(out, "pursuits"))).toEqual(kept);
  expect((await spoor(["findings", "--limit", "1", "--quiet"], { cwd: folder })).code).toBe(0);
});
