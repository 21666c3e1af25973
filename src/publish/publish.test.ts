import { createHmac } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { hostileTexts, poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import { selfSignedCertificate } from "../../test/support/certificate.ts";
import { s3Settings } from "../objects/s3.ts";
import { cefOf } from "./cef.ts";
import { keyOf, keyTemplate } from "./key.ts";
import { type Publication, readPublication } from "./publication.ts";
import { type PublishEffects, publish } from "./publish.ts";
import type { Publisher } from "./publisher.ts";
import { type Making, publisherOf } from "./publishers.ts";
import { readRecordOf, writeRecord } from "./record.ts";
import { publishSettings, type TargetSettings, targetsOf } from "./settings.ts";
import { ticketing, writeResults } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-publish-"));
const out = join(folder, "out");
let publication: Publication;
beforeAll(async () => {
  writeResults(out, reportExample);
  publication = await readPublication(out, { case: "case-7", ticketing: await ticketing() });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const waits: number[] = [];
const effects: PublishEffects = {
  clock: () => new Date("2026-11-08T06:00:00Z"),
  sleep: (milliseconds) => {
    waits.push(milliseconds);
    return Promise.resolve();
  },
  random: () => 0.5,
  signal: new AbortController().signal,
  strike: (text) => text,
};
const making: Making = {
  s3: s3Settings.parse({}),
  models: true,
  environment: {},
  secret: (reference) => Promise.resolve({ "env:HOOK": hook(), "env:KEY": "k3y" }[reference] ?? ""),
  fetch: globalThis.fetch,
  clock: effects.clock,
  hostname: "hunter",
  version: "0.1.0",
};
const settingsOf = (target: object): TargetSettings => {
  const [one] = targetsOf([], publishSettings.parse({ to: [target] }));
  if (one === undefined) throw new Error("no target");
  return one;
};
const publisherFor = (target: object): Promise<Publisher> => publisherOf(settingsOf(target), making);

// A quarter of an hour ahead of ours.
const theirs = "Sun, 08 Nov 2026 06:15:00 GMT";
let port = 0;
const hook = () => `http://127.0.0.1:${port}/services/T1/very-secret`;
interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A hook on loopback that gives these answers in turn, the last one again and again. */
async function hooked(answers: readonly (number | "cut")[], work: (got: readonly Got[]) => Promise<void>): Promise<void> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const answer = answers[Math.min(got.length, answers.length - 1)] ?? 204;
      got.push({ headers: request.headers, body });
      if (answer === "cut") request.socket.destroy();
      else response.writeHead(answer, { date: theirs, ...(answer === 302 ? { location: "http://192.0.2.1/" } : {}) }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
  try {
    await work(got);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

describe("a web hook", () => {
  test("gets one signed document with the stories, their tickets and the alerts; a second time it gets nothing", () =>
    hooked([204], async (got) => {
      const publisher = await publisherFor({ kind: "webhook", address: "env:HOOK", secret: "env:KEY" });
      const first = await publish([publisher], publication, null, effects);
      expect(first.gaps).toEqual([]);
      expect(first.record.deliveries).toMatchObject([{ name: "report", result: "sent" }]);
      expect(JSON.stringify(first.record)).not.toContain("very-secret");
      const [{ headers, body } = { headers: {}, body: "" }] = got;
      const signature = createHmac("sha256", "k3y")
        .update(`${String(headers["x-spoor-timestamp"])}.${body}`)
        .digest("hex");
      expect(headers["x-spoor-signature"]).toBe(`sha256=${signature}`);
      expect(headers["idempotency-key"]).toMatch(/^[0-9a-f]{64}$/);
      expect(JSON.parse(body)).toMatchObject({
        kind: "spoor.report",
        case: "case-7",
        run_uid: publication.runUid,
        stories: [{ uid: "5f1c0a77e2b94d10aa01", ticket: expect.stringContaining("CRITICAL 98/100") }, {}],
      });
      const second = await publish([publisher], publication, first.record, effects);
      expect(second.record.deliveries).toMatchObject([{ result: "unchanged" }]);
      expect(got).toHaveLength(1);
    }));

  test("that is busy or cut off is tried again with growing waits, and no more than four times", async () => {
    const publisherAt = () => publisherFor({ kind: "webhook", address: hook() });
    await hooked([503, "cut", 204], async (got) => {
      waits.length = 0;
      const { record } = await publish([await publisherAt()], publication, null, effects);
      expect([record.deliveries[0]?.result, got.length, waits]).toEqual(["sent", 3, [1000, 2000]]);
      expect(new Set(got.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    });
    await hooked(["cut"], async (got) => {
      const { record, gaps, hint } = await publish([await publisherAt()], publication, null, effects);
      expect([record.deliveries[0]?.result, got.length]).toEqual(["failed", 4]);
      expect(gaps).toMatchObject([{ stage: "publish", kind: "failed", reason: expect.stringContaining("did not answer (") }]);
      expect(hint).toContain("`spoor publish` tries again");
    });
  });

  test.each([
    [401, "900 s ahead of ours"],
    [302, "is not followed"],
    [404, "there is no such hook"],
  ])("that answers %i is asked once, and the next step is told", (status, next) =>
    hooked([status], async (got) => {
      const { gaps, hint } = await publish([await publisherFor({ kind: "slack", address: hook() })], publication, null, effects);
      expect(got).toHaveLength(1);
      expect(gaps[0]?.reason).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}#[0-9a-f]{8} answered ${status}$`));
      // The clocks differ: that is the likelier cause where the secret is asked about.
      expect(hint).toContain(next);
    }),
  );
});

test("a chat message is plain text throughout, whatever logs say, within the limits of its blocks", () =>
  hooked([200], async (got) => {
    const hostile = join(folder, "hostile");
    writeResults(hostile, { ...poisoned(reportExample), window: reportExample.window, internal: reportExample.internal });
    const poisonedOne = await readPublication(hostile, { case: "x", ticketing: await ticketing() });
    await publish([await publisherFor({ kind: "slack", address: "env:HOOK" })], poisonedOne, null, effects);
    const message = z
      .object({ text: z.string(), link_names: z.literal(false), blocks: z.array(z.looseObject({ type: z.string() })) })
      .parse(JSON.parse(got[0]?.body ?? ""));
    expect(message.text).toBe(
      `Threat hunt 2026-11-08: 2 stories, ${poisonedOne.alerts.length} findings at or above High, ${poisonedOne.counts.gaps} gaps`,
    );
    const plain = z.object({ type: z.literal("plain_text"), text: z.string().max(3000), emoji: z.literal(false) });
    for (const block of message.blocks) if (block.type !== "divider") expect(plain.parse(block.text).text).not.toMatch(/[<>]/);
    expect(message.blocks.length).toBeLessThanOrEqual(50);
  }));

test("syslog gets each alert as its OCSF record, CEF as a line of its own; over TCP with its length before it", async () => {
  const received: Buffer[] = [];
  const server = createTcpServer((socket) => socket.on("data", (part) => received.push(part))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publishers = [
    await publisherFor({ kind: "syslog", address: `syslog+tcp://${at}` }),
    ...(await Promise.all(
      targetsOf([`cef+tcp://${at}`], publishSettings.parse({})).map((target) => publisherOf(target, making)),
    )),
  ];
  const { record } = await publish(publishers, publication, null, effects);
  server.close();
  await once(server, "close");
  expect(new Set(record.deliveries.map(({ result }) => result))).toEqual(new Set(["sent"]));
  const messages = framed(Buffer.concat(received));
  expect(messages).toHaveLength(2 * publication.alerts.length);
  const [first = ""] = messages;
  expect(first).toMatch(/^<10[67]>1 2026-11-08T06:00:00\.000Z hunter spoor - [0-9a-f]+ - \{/);
  expect(JSON.parse(first.slice(first.indexOf("{")))).toMatchObject({ class_uid: 2004 });
  expect(messages.at(-1)).toMatch(/ - CEF:0\|Spoor\|Spoor\|0\.1\.0\|[a-z-]+\|/);
});

/** The messages of a stream with their lengths before them (RFC 6587). */
function framed(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let place = 0; place < bytes.length; ) {
    const space = bytes.indexOf(" ", place);
    const length = Number(bytes.subarray(place, space).toString());
    messages.push(bytes.subarray(space + 1, space + 1 + length).toString("utf8"));
    place = space + 1 + length;
  }
  return messages;
}

test("a collector whose certificate no authority of ours signed gets nothing, is asked once, and the next step is told", async () => {
  const received: Buffer[] = [];
  let connections = 0;
  const server = createTlsServer(selfSignedCertificate("an authority that nobody knows"), (socket) =>
    socket.on("data", (part) => received.push(part)),
  ).on("connection", () => (connections += 1));
  server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const name = `syslog+tls://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { record, gaps, hint } = await publish(
    [await publisherFor({ kind: "syslog", address: name })],
    publication,
    null,
    effects,
  );
  server.close();
  await once(server, "close");
  expect(new Set(record.deliveries.map(({ result }) => result))).toEqual(new Set(["failed", "not tried"]));
  expect(gaps).toMatchObject([
    { part: name, reason: `${name}: its certificate is not to be trusted (DEPTH_ZERO_SELF_SIGNED_CERT); nothing was sent` },
  ]);
  expect(hint).toContain("NODE_EXTRA_CA_CERTS");
  expect([connections, received]).toEqual([1, []]);
});

test("a datagram that is too long for one finding holds up no other", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const [large] = publication.alerts;
  if (large === undefined) throw new Error("no alert");
  const one = { ...large, detail: {}, evidences: [] };
  const alerts = [{ ...one, description: "long ".repeat(20_000) }, one];
  const publisher = await publisherFor({ kind: "syslog", address: `syslog://127.0.0.1:${socket.address().port}` });
  const arrived = once(socket, "message");
  const { record, hint } = await publish([publisher], { ...publication, alerts }, null, effects);
  expect(record.deliveries.map(({ result }) => result)).toEqual(["failed", "sent"]);
  expect(hint).toContain("syslog+tcp");
  await arrived;
  socket.close();
});

test("nothing that a log says adds a field to CEF or ends its line", () => {
  const [finding] = publication.alerts;
  if (finding === undefined) throw new Error("no alert");
  for (const text of [...hostileTexts, "a|b=c\\d", "x\ny", "msg=fake cs1=T0000"]) {
    const line = cefOf(
      { ...finding, title: text, description: text, observables: [{ name: "user.name", value: text }] },
      "0.1.0",
    );
    expect(line).not.toMatch(/[\r\n\p{Cc}]/u);
    const extension = /^(?:(?:[^|\\]|\\.)*\|){7}(.*)$/u.exec(line)?.[1];
    expect([...` ${extension ?? ""}`.matchAll(/(?<= )[A-Za-z0-9]+(?==)/g)].map(String)).toEqual([
      "externalId",
      "start",
      "end",
      "cnt",
      "suser",
      "cs1Label",
      "cs1",
      "cn1Label",
      "cn1",
      "msg",
    ]);
  }
});

test("files go under their template's names, the report first, and are left alone when they are there", async () => {
  const place = join(folder, "kept");
  const publisher = await publisherFor({ kind: "folder", path: place, key: "{case}/{date}.md" });
  const first = await publish([publisher], publication, null, effects);
  expect(first.record.deliveries[0]).toMatchObject({ name: "report.md", result: "written" });
  expect(readdirSync(place, { recursive: true, encoding: "utf8" }).sort()).toEqual(
    expect.arrayContaining([
      "case-7/2026-11-08.md",
      "case-7/2026-11-08/findings.ndjson",
      "case-7/2026-11-08/tickets/5f1c0a77e2b94d10aa01.txt",
      "models/user_anomaly_detector.json",
    ]),
  );
  const second = await publish([publisher], publication, first.record, effects);
  expect(new Set(second.record.deliveries.map(({ result }) => result))).toEqual(new Set(["unchanged"]));
});

test("what was printed from this run's results goes along, what is older than them does not", async () => {
  const printed = join(folder, "printed");
  writeResults(printed, reportExample);
  for (const name of ["report.pdf", "findings.csv"]) writeFileSync(join(printed, name), "x");
  utimesSync(join(printed, "findings.csv"), 0, 0);
  const { results } = await readPublication(printed, { case: "x", ticketing: await ticketing() });
  const names = results.map(({ name }) => name);
  expect([names[0], names.includes("report.pdf"), names.includes("findings.csv")]).toEqual(["report.md", true, false]);
});

test("a mail has the tickets as its text and the report attached, and the same bytes each time", async () => {
  const mails = join(folder, "mails");
  const publisher = await publisherFor({ kind: "email", folder: mails, from: "spoor@corp.example", to: ["soc@corp.example"] });
  await publish([publisher], publication, null, effects);
  const [name = ""] = readdirSync(mails);
  expect(name).toBe("2026-11-08-run-20261108000000000.eml");
  const text = readFileSync(join(mails, name), "utf8");
  expect(text).toContain("To: soc@corp.example");
  expect(text).toMatch(/^Subject: Threat hunt 2026-11-08: 2 stories/m);
  expect(text).toContain("filename=2026-11-08-report.html");
  expect(text).toContain("CRITICAL 98/100");
  const again = await publish([publisher], publication, null, effects);
  expect(again.record.deliveries).toMatchObject([{ result: "unchanged" }]);
});

test("one place that fails holds no other up, and what is told of it is written down", async () => {
  const blocked = join(out, "report.md", "below-a-file");
  const publishers = [
    await publisherFor({ kind: "folder", path: blocked }),
    await publisherFor({ kind: "folder", path: join(folder, "other") }),
  ];
  const { record, gaps } = await publish(publishers, publication, null, effects);
  const results = (target: string) => record.deliveries.filter((one) => one.target === target).map(({ result }) => result);
  expect(results(blocked).slice(0, 2)).toEqual(["failed", "not tried"]);
  expect(new Set(results(join(folder, "other")))).toEqual(new Set(["written"]));
  expect(gaps).toHaveLength(1);
  await writeRecord(out, record);
  expect(await readRecordOf(out)).toEqual(record);
});

test("a place for which nothing can be made ready is told of, and holds no other up", async () => {
  const broken: Publisher = { name: "broken", isForgetful: false, parcels: () => Promise.reject(new Error("no words for it")) };
  const other = await publisherFor({ kind: "folder", path: join(folder, "beside") });
  const { record, gaps } = await publish([broken, other], publication, null, effects);
  expect(gaps).toEqual([{ stage: "publish", part: "broken", kind: "failed", reason: "no words for it" }]);
  expect(record.deliveries.length).toBeGreaterThan(0);
});

test("when it is stopped, what was sent until then is on record, and the next time only the rest is sent", async () => {
  const stop = new AbortController();
  const sent: string[] = [];
  const publisher: Publisher = {
    name: "stream",
    isForgetful: true,
    parcels: () =>
      ["one", "two", "three"].map((name) => ({
        name,
        place: "stream",
        sha256: name,
        bytes: 1,
        deliver: (signal: AbortSignal) => {
          signal.throwIfAborted();
          sent.push(name);
          if (name === "two" && sent.length === 2) stop.abort();
          return Promise.resolve("sent" as const);
        },
      })),
  };
  const { record, gaps } = await publish([publisher], publication, null, { ...effects, signal: stop.signal });
  expect(record.deliveries.map(({ result }) => result)).toEqual(["sent", "sent", "not tried"]);
  expect(gaps).toEqual([]);
  await publish([publisher], publication, record, effects);
  expect(sent).toEqual(["one", "two", "three"]);
});

describe("places as they are typed", () => {
  const none = publishSettings.parse({});
  test.each([
    ["s3", { kind: "s3", key: "threat-hunting-reports/{date}.md", modelPrefix: "threat-hunting" }],
    ["s3://team/hunts/{date}/{name}", { kind: "s3", bucket: "team", key: "hunts/{date}/{name}" }],
    ["s3://team", { kind: "s3", bucket: "team", key: "threat-hunting-reports/{date}.md" }],
    ["folder:reports", { kind: "folder", path: "reports" }],
    ["/mnt/reports", { kind: "folder", path: "/mnt/reports" }],
    ["slack:env:HOOK", { kind: "slack", address: "env:HOOK" }],
    ["https://hooks.example/x", { kind: "webhook", address: "https://hooks.example/x" }],
    ["cef+tls://siem.example", { kind: "cef", address: "syslog+tls://siem.example" }],
    ["email:./mails", { kind: "email", folder: "./mails" }],
  ])("%s", (text, target) => expect(targetsOf([text], none)).toMatchObject([target]));

  test.each([
    "reports",
    "http://hooks.example/t0ken",
    "ftp://x",
    "s3://UPPER",
    "slack:xoxb-t0ken",
    "syslog:",
    "",
    "s3://team/../x",
  ])("%j is none, and nothing secret is told", (text) => {
    const thrown = (() => {
      try {
        return targetsOf([text], none);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: "usage" });
    if (text.includes("://")) expect(String(thrown)).not.toContain("t0ken");
  });

  test("a kind alone is the one of the settings", () => {
    const settings = publishSettings.parse({ to: [{ kind: "webhook", address: "env:HOOK", secret: "env:KEY" }, "s3"] });
    expect(targetsOf(["webhook"], settings)).toMatchObject([{ kind: "webhook", secret: "env:KEY" }]);
    expect(targetsOf([], settings)).toHaveLength(2);
  });
});

test("buckets are those of old unless they are named", async () => {
  const places = async (target: object, environment: Readonly<Record<string, string>>) =>
    (await (await publisherOf(settingsOf(target), { ...making, environment })).parcels(publication)).map(({ place }) => place);
  const usual = await places({ kind: "s3" }, {});
  expect(usual[0]).toBe("s3://sagemaker-infosec-notebooks/threat-hunting-reports/2026-11-08.md");
  expect(usual).toContain("s3://sagemaker-infosec-notebooks/threat-hunting-reports/2026-11-08/findings.ndjson");
  expect(usual.at(-1)).toBe("s3://sagemaker-infosec-models/threat-hunting/user_anomaly_detector.json");
  const ours = await places({ kind: "s3" }, { SAGEMAKER_NOTEBOOKS_BUCKET: "our-notebooks" });
  expect([ours[0], ours.at(-1)]).toEqual([
    "s3://our-notebooks/threat-hunting-reports/2026-11-08.md",
    "s3://our-models/threat-hunting/user_anomaly_detector.json",
  ]);
});

test("keys", () => {
  const values = { date: "2026-11-08", run: "run-1", case: "../Müller & co" };
  expect(keyOf("{case}/{run}/{name}", "tickets/a.txt", values)).toBe("M-ller-co/run-1/tickets/a.txt");
  expect(keyOf("reports/{date}.md", "report.md", values)).toBe("reports/2026-11-08.md");
  expect(keyOf("reports", "report.md", values)).toBe("reports/report.md");
  for (const wrong of ["", "/x", "a//b", "../x", "{user}/x", "a b"])
    expect(keyTemplate.safeParse(wrong).success, wrong).toBe(false);
});
