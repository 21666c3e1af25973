import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hostileTexts, poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import type { HttpServing } from "../loopback.ts";
import { serveWorkbench } from "./app.ts";
import type { KeptModelPart } from "./kept.ts";
import { findingPage, findingsPage } from "./pages/findings.ts";
import { overviewPage } from "./pages/overview.ts";
import { pursuitPage } from "./pages/pursuit.ts";
import { sentPage } from "./pages/sent.ts";
import { Pursuits } from "./pursuits.ts";
import type { Decision, ModelInUse, Results } from "./workbench.ts";

const out = mkdtempSync(join(tmpdir(), "spoor-workbench-"));
const token = "0123456789abcdef";
const run = { recorded_time: "2026-11-08 06:00:00.000000", window: reportExample.window, counts: { events: 12_345 } };

function resultsOf({ findings, hypotheses, hunts }: typeof reportExample): Results {
  return { run, findings, hypotheses, hunts, pursuits: [] };
}
const results = resultsOf(reportExample);
const [first] = results.hypotheses;
if (first === undefined) throw new Error("the example has no hypothesis");
const named = (id: string) => ({ ...first, id, title: `One that ${id}`, testable: true });
const pursuable: Results = { ...results, hypotheses: ["ends", "fails", "waits", "deaf", "../up"].map(named) };

// Stands in for the command line: what it is asked to pursue says what it does.
const program = `
const [id, folder] = process.argv.slice(1);
const { writeFileSync, writeSync } = require("node:fs");
process.on("SIGINT", () => id === "deaf" || process.exit(130));
process.on("disconnect", () => process.exit(3));
process.send({ stage: "detect", part: "<b>beacons</b>", done: 3, total: 16 });
if (id === "fails") { writeSync(2, "spoor: no <b>store</b>\\n"); process.exit(1); }
if (id === "ends") {
  console.log("done <i>well</i>");
  writeFileSync(folder + "/hunts.json", JSON.stringify([{ title: "A hunt", status: "refuted", summary: "Looked, and found <u>nothing</u>." }]));
  writeFileSync(folder + "/report.html", "<!doctype html><style>p{color:red}</style><p>The report of a pursuit");
  writeFileSync(folder + "/run.json", JSON.stringify({ window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" } }));
  process.exit(0);
}`;

const model: ModelInUse = {
  name: "claude-sonnet-5-5",
  privacy: "pseudonymised",
  isReplay: false,
  usdPerHunt: 0.6,
  usdPerDay: 5,
  usdToday: async () => 5.2,
  mostSeconds: 300,
  record: null,
};
const decided: { id: string; verdict: string; note: string }[] = [];
const pursuits = new Pursuits({
  out,
  program: [process.execPath, "-e", program],
  words: (id, _window, folder) => [id, folder],
  clock: () => new Date(),
  patienceMs: 300,
});
let serving: HttpServing;
let origin: string;
let cookie: string;
let formToken: string;

beforeAll(async () => {
  writeFileSync(join(out, "hypotheses.json"), "[]");
  writeFileSync(join(out, "report.html"), "<!doctype html><style>p{color:blue}</style><p>The last report");
  mkdirSync(join(out, "rounds", "2026-11-07T0600Z"), { recursive: true });
  writeFileSync(join(out, "rounds", "2026-11-07T0600Z", "report.html"), "<!doctype html><p>A round");
  const made = ["secret-2", "secret-1"];
  serving = await serveWorkbench(
    {
      out,
      pursuits,
      results: async () => pursuable,
      decisions: async () =>
        new Map<string, Decision>(
          decided.map(({ id, verdict, note }) => [id, { verdict, note, author: "ann", recordedTime: run.recorded_time }]),
        ),
      decide: async (verdict) => void decided.push(verdict),
      clock: () => new Date("2026-11-08T06:00:00Z"),
      records: async () => [],
      model,
    },
    { port: 0, token, isTokenOnce: true, secret: () => made.pop() ?? "" },
  );
  origin = serving.url;
});
afterAll(async () => {
  await serving.close();
  rmSync(out, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const call = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString("utf8") }),
      );
    });
    call.once("error", reject);
    call.end(body);
  });
}

const get = (path: string, headers: Readonly<Record<string, string>> = {}) => ask("GET", path, { cookie, ...headers });
const post = (path: string, fields: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) =>
  ask(
    "POST",
    path,
    { cookie, origin, "content-type": "application/x-www-form-urlencoded", ...headers },
    new URLSearchParams({ form_token: formToken, ...fields }).toString(),
  );

describe("who is let in", () => {
  test("nobody without the link, and by the link one browser, once", async () => {
    for (const path of ["/", "/report", "/findings", "/?token=wrong", "/nothing"])
      expect((await ask("GET", path)).status, path).toBe(401);
    expect((await ask("GET", "/", { cookie: "spoor=secret-1" })).status).toBe(401);
    const entered = await ask("GET", `/?token=${token}`);
    expect([entered.status, entered.headers.location]).toEqual([303, "/"]);
    const set = String(entered.headers["set-cookie"]);
    expect(set).toMatch(/^spoor-\d+=secret-1; Path=\/; HttpOnly; SameSite=Strict$/);
    cookie = set.split(";")[0] ?? "";
    expect((await ask("GET", `/?token=${token}`)).status).toBe(401);
    const page = await get("/");
    expect(page.status).toBe(200);
    formToken = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect(formToken).toBe("secret-2");
  });

  test("rebound names and pages of elsewhere are refused, signed in or not", async () => {
    const refused: readonly Readonly<Record<string, string>>[] = [
      { host: "evil.example" },
      { host: "127.0.0.1.evil.example" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of refused) {
      expect((await get("/", headers)).status, JSON.stringify(headers)).toBe(403);
      expect((await post("/pursuits/cancel", {}, headers)).status, JSON.stringify(headers)).toBe(403);
    }
    expect((await get("/", { "sec-fetch-site": "same-origin", origin })).status).toBe(200);
  });

  test("a form without its word, its origin or its bounds changes nothing", async () => {
    const path = `/findings/${results.findings[0]?.uid ?? ""}/verdict`;
    const body = "verdict=benign";
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect((await ask("POST", path, { cookie, ...type }, `form_token=${formToken}&${body}`)).status).toBe(403);
    expect((await ask("POST", path, { cookie, origin, ...type }, body)).status).toBe(403);
    expect((await post(path, { verdict: "benign", form_token: "secret-1" })).status).toBe(403);
    expect((await ask("POST", path, { origin, ...type }, `form_token=${formToken}&${body}`)).status).toBe(401);
    expect((await post(path, { verdict: "benign", note: "a".repeat(20_000) })).status).toBe(413);
    expect((await post(path, { verdict: "closed" })).status).toBe(400);
    expect((await post("/findings/nobody/verdict", { verdict: "benign" })).status).toBe(404);
    expect(decided).toEqual([]);
  });

  test("what is sent may load nothing, is not kept, and shows in no frame", async () => {
    for (const path of ["/", "/findings", "/report", "/nothing", `/findings/${results.findings[0]?.uid ?? ""}`]) {
      const { headers, text } = await get(path);
      expect(headers["content-security-policy"], path).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action '(self|none)'; frame-ancestors 'none'$/,
      );
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(text).not.toMatch(/<script|<link|<img|https?:\/\//);
    }
  });
});

describe("what is shown", () => {
  test("reports are the files themselves, and names that Spoor does not give lead nowhere", async () => {
    expect((await get("/report")).text).toContain("The last report");
    expect((await get("/rounds/2026-11-07T0600Z/report")).text).toContain("A round");
    for (const name of ["..%2f..", "..%5c..", "%00", "2026-11-08T0600Z"])
      for (const room of ["rounds", "pursuits"]) expect((await get(`/${room}/${name}/report`)).status, name).toBe(404);
  });

  test("findings are narrowed by detector and severity, and a verdict that is given stands beside its finding", async () => {
    const [finding] = results.findings;
    const { text } = await get(`/findings?detector=${finding?.detector}&severity=${finding?.severity}`);
    const rows = [...text.matchAll(/href="\/findings\/([^"?]+)"/g)].map((match) => match[1]);
    const fitting = results.findings.filter((one) => one.detector === finding?.detector && one.severity === finding?.severity);
    expect(rows).toEqual(fitting.map(({ uid }) => uid));
    expect((await get("/findings?detector=none&page=7")).text).toContain("0 findings");
    const given = await post(`/findings/${finding?.uid}/verdict`, { verdict: "false_positive", note: " the <b>backup</b> " });
    expect([given.status, given.headers.location]).toEqual([303, `/findings/${finding?.uid}#verdict`]);
    expect(decided).toEqual([{ id: finding?.uid, verdict: "false_positive", note: "the <b>backup</b>" }]);
    expect((await get(`/findings/${finding?.uid}`)).text).toContain("<strong>false positive</strong>, by ann");
    expect((await get("/findings")).text).toContain("<td>false positive</td>");
  });
});

describe("what is pursued", () => {
  const pursue = async (id: string): Promise<string> => {
    const started = await post(`/hypotheses/${id}/pursue`);
    expect(started.status, id).toBe(303);
    return String(started.headers.location);
  };
  const ended = (path: string, word: string): Promise<string> =>
    vi.waitFor(
      async () => {
        const { text } = await get(path);
        expect(text).not.toContain('http-equiv="refresh"');
        const main = text.slice(text.indexOf("<main"));
        expect(main).toContain(word);
        return main;
      },
      { timeout: 20_000, interval: 50 },
    );

  test("its end is told with what it came to, what the command said, and its report", async () => {
    const overview = (await get("/")).text;
    for (const said of ["Pursue, up to $0.60", "$5.20 of $5.00 are spent today (UTC): until midnight it is not asked"])
      expect(overview).toContain(said);
    const path = await pursue("ends");
    const text = await ended(path, "Done");
    expect(text).toContain('<span class="status status-refuted">refuted</span>');
    expect(text).toContain("found &lt;u&gt;nothing&lt;/u&gt;");
    expect(text).toContain("done &lt;i&gt;well&lt;/i&gt;");
    expect((await get(`${path}/report`)).text).toContain("The report of a pursuit");
    expect((await get("/")).text).toContain(path);
  });

  test("a failure is told with its exit code and its words, and leaves no folder", async () => {
    const path = await pursue("fails");
    const text = await ended(path, "exit code 1");
    expect(text).toContain("spoor: no &lt;b&gt;store&lt;/b&gt;");
    expect(existsSync(join(out, path))).toBe(false);
  });

  test("one goes at a time, tells how far it is, and can be cancelled", async () => {
    const path = await pursue("waits");
    await vi.waitFor(async () => expect((await get(path)).text).toContain("detect, 3 of 16 &lt;b&gt;beacons&lt;/b&gt;"), 20_000);
    expect((await get("/")).text).not.toContain("/pursue");
    expect((await post("/hypotheses/ends/pursue")).status).toBe(409);
    expect((await post("/pursuits/cancel")).headers.location).toBe(path);
    await ended(path, "Stopped");
  });

  test("one that does not stop is ended when the server is", async () => {
    const path = await pursue("deaf");
    await vi.waitFor(async () => expect((await get(path)).text).toContain("3 of 16"), 20_000);
    await pursuits.close();
    expect(pursuits.running()).toBeNull();
    await ended(path, "Stopped");
    expect(readdirSync(join(out, "pursuits"))).toHaveLength(1);
  });

  test("what the last run does not have is not pursued, nor is a name that is a way out of the folder", async () => {
    expect((await post("/hypotheses/nothing/pursue")).status).toBe(404);
    expect((await post("/hypotheses/..%2Fup/pursue")).status).toBe(404);
  });
});

test("hostile text changes no page: the elements and attributes are those of the same page without it", () => {
  const elements = (html: string): string[] =>
    (html.replace(/<style>[^<]*<\/style>/, "").match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
  const pages = (shown: Results, text: (position: number) => string): string[] => {
    const decision: Decision = { verdict: text(0), note: text(1), author: text(2), recordedTime: run.recorded_time };
    const decisions = new Map(shown.findings.map(({ uid }) => [uid, decision]));
    const attempt = {
      name: "a",
      hypothesisId: "a",
      title: text(3),
      startedTime: run.recorded_time,
      progress: { stage: "hunt", part: text(4), done: 1, total: 2 },
      modelSince: run.recorded_time,
      answer: `said ${text(5)}`,
      notes: `noted ${text(6)}`,
      exitCode: 1,
    };
    const uid = `e ${text(29)}`;
    const claim = { text: text(30), eventIds: [uid, "other"], techniques: [text(31)], checks: [{ sql: text(32), value: 1 }] };
    const hunts = [{ title: text(7), status: "supported", summary: text(8) }] as const;
    const kept = {
      name: "a",
      hypothesisId: "a",
      when: "now",
      status: "supported",
      hunts,
      window: run.window,
      pursuit: {
        hypothesisId: "a",
        reasoner: text(12),
        ended: text(13),
        endedBecause: text(14),
        status: "supported",
        because: text(10),
        confidence: 50,
        summary: text(9),
        claims: [claim],
        counterEvidence: [claim],
        critic: [claim],
        rejected: [{ text: text(15), because: text(16) }],
        gaps: [text(17)],
        nextQuestion: text(18),
        recommendedActions: [text(19)],
        instructionLikeEventIds: [text(20)],
        usd: 1,
        usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1 },
      } satisfies KeptModelPart,
    } as const;
    const record = { eventUid: uid, file: text(21), line: 1, text: text(22), isCut: true };
    const step = {
      kind: "tool",
      what: text(23),
      input: { entity: `a ${text(24)}` },
      outcome: `b ${text(25)}`,
      statement: null,
      usd: 0,
    } as const;
    const pursuit = {
      title: text(11),
      kept,
      name: "a",
      formToken: "f",
      steps: [step],
      records: new Map([[uid, record]]),
      model,
      sent: 1,
      now: new Date("2026-11-08T06:00:00Z"),
    };
    const question = {
      position: 1,
      time: "2026-11-08T06:00:00Z",
      model: text(26),
      purpose: "hunt",
      outcome: "ok",
      usd: 1,
      bytes: 1,
      body: text(27),
    };
    const sent = {
      title: text(28),
      from: "/",
      address: "/sent",
      sent: { questions: [question], unread: 1 },
      privacy: "raw",
    } as const;
    return [
      overviewPage({
        results: shown,
        decisions,
        attempts: [],
        running: null,
        kept: [kept],
        rounds: [],
        model,
        usdToday: 0,
        isSent: true,
        formToken: "f",
      }),
      ...[question, null].map((chosen) => sentPage({ ...sent, chosen })),
      findingsPage(shown.findings, decisions, { detector: null, severity: null, place: 1 }, { ...attempt, state: "running" }),
      ...shown.findings.map((finding) => findingPage(finding, decision, "f", null)),
      ...(["running", "failed"] as const).map((state) => pursuitPage({ ...pursuit, attempt: { ...attempt, state } })),
    ];
  };
  const plain = pages(results, () => "plain").map(elements);
  for (let turn = 0; turn < hostileTexts.length; turn += 12) {
    const bad = pages(
      resultsOf({ ...poisoned(reportExample) }),
      (position) => hostileTexts[(turn + position) % hostileTexts.length] ?? "",
    );
    // Lists of the poisoned example are an item longer each, and some texts are empty: what counts is that no other kind of element stands there.
    const known = new Set([...plain.flat(), "<ul>", "</ul>", "<li>", "</li>"]);
    expect(bad.flatMap(elements).filter((tag) => !known.has(tag))).toEqual([]);
  }
});
