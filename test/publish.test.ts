// One run publishes to a bucket and a folder and all of it is read back; then everything that can go wrong does.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { isAlert } from "../src/findings/severity.ts";
import { openObjects } from "../src/objects/open.ts";
import { s3Settings } from "../src/objects/s3.ts";
import { writeResults } from "../src/publish/testing.ts";
import { reportExample } from "./report-example.ts";
import { selfSignedCertificate } from "./support/certificate.ts";
import { spoor, startSpoor, type Told } from "./support/command-line.ts";
import { type LocalS3, localCredentials, localS3 } from "./support/s3-server.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-publish-"));
const out = join(folder, "spoor-out");
const mounted: string[] = [];
const servers: { close(): unknown }[] = [];
let s3: LocalS3;
let hunted: Told;

const at = (env: Readonly<Record<string, string>> = {}) => ({ cwd: folder, env: { ...localCredentials, ...env } });
const settingsOf = (name: string, endpoint: string, to: string): string => {
  writeFileSync(
    join(folder, name),
    `s3: { endpoint: "${endpoint}", pathStyle: true }\npublish:\n  case: lab\n  models: true\n  to: ${to}\n`,
  );
  return name;
};

beforeAll(async () => {
  for (const [name, value] of Object.entries(localCredentials)) vi.stubEnv(name, value);
  s3 = await localS3(["sagemaker-infosec-notebooks", "sagemaker-infosec-models"]);
  writeSmallLogs(join(folder, "logs"));
  settingsOf("settings.yaml", s3.endpoint, '[s3, { kind: s3, bucket: no-such-bucket, key: "x" }, "folder:shelf"]');
  hunted = await spoor(["hunt", "logs", "--publish", "--config", "settings.yaml"], at());
});
afterAll(async () => {
  for (const place of mounted) spawnSync("umount", ["-l", place]);
  for (const server of servers) server.close();
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const record = z.object({
  deliveries: z.array(
    z.object({ target: z.string(), name: z.string(), place: z.string(), result: z.string(), sha256: z.string() }),
  ),
});
const published = () => record.parse(JSON.parse(readFileSync(join(out, "publish.json"), "utf8"))).deliveries;
const local = (name: string): Buffer => readFileSync(join(out, name));

test("a hunt publishes to every place that can be reached, tells of the one that cannot, and ends with 1", async () => {
  expect(hunted.code, hunted.err).toBe(1);
  expect(hunted.err).toContain("1 of 3 places did not get everything; the results are whole in");
  expect(hunted.err).toContain("Make the bucket, or name another one.");
  expect(existsSync(join(out, "report.md"))).toBe(true);
  const run = z.object({ recorded_time: z.string() }).parse(JSON.parse(local("run.json").toString()));
  const date = run.recorded_time.slice(0, 10);
  const settings = s3Settings.parse({ endpoint: s3.endpoint, pathStyle: true });
  const bucket = openObjects("s3://sagemaker-infosec-notebooks", settings);
  expect((await bucket.read(`threat-hunting-reports/${date}.md`))?.equals(local("report.md"))).toBe(true);
  for (const name of ["report.html", "findings.ndjson", "stories.json", "attack-layer.json", "run.json"])
    expect((await bucket.read(`threat-hunting-reports/${date}/${name}`))?.equals(local(name)), name).toBe(true);
  for (const name of ["report.md", "findings.ndjson"])
    expect(readFileSync(join(folder, "shelf", name)).equals(local(name))).toBe(true);
  const models = openObjects("s3://sagemaker-infosec-models/threat-hunting", settings);
  expect((await models.read("user_anomaly_detector.json"))?.equals(local("models/user-anomaly-detector.json"))).toBe(true);
  const results = new Map(published().map(({ target, result }) => [target, result]));
  expect([...results.keys()]).toEqual(["s3://sagemaker-infosec-notebooks", "s3://no-such-bucket", "shelf"]);
  expect(results.get("s3://no-such-bucket")).toBe("not tried");
});

test("over TLS syslog and CEF reach a collector that our own authority vouches for, each alert once", async () => {
  const { key, cert } = selfSignedCertificate("the company's authority");
  writeFileSync(join(folder, "authority.pem"), cert);
  writeResults(join(folder, "told"), reportExample);
  const received: Buffer[] = [];
  const server = createTlsServer({ key, cert }, (socket) => socket.on("data", (part: Buffer) => received.push(part)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at127 = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told = await spoor(
    ["publish", "--out", "told", "--to", `syslog+tls://${at127},cef+tls://${at127}`],
    at({ NODE_EXTRA_CA_CERTS: join(folder, "authority.pem") }),
  );
  server.close();
  await once(server, "close");
  expect(told.code, told.err).toBe(0);
  const text = Buffer.concat(received).toString("utf8");
  const alerts = reportExample.findings.filter(({ severity, isVendorAlert }) => isAlert(severity) && !isVendorAlert);
  expect(text.match(/"class_uid":2004/g)).toHaveLength(alerts.length);
  expect(text.match(/ - CEF:0\|Spoor\|/g)).toHaveLength(alerts.length);
});

test("publishing again does nothing and says so; models come back from the bucket; a ticket is printed and its SQL answers", async () => {
  const again = await spoor(["publish", "--to", "s3,shelf/", "--config", "settings.yaml"], at());
  expect(again.code, again.err).toBe(0);
  expect(again.out).toMatch(/^Published to s3:\/\/sagemaker-infosec-notebooks: \d+ there already$/m);
  const loaded = await spoor(
    ["models", "load", "s3://sagemaker-infosec-models/threat-hunting", "--models", "kept", "--config", "settings.yaml"],
    at(),
  );
  expect(loaded.out).toMatch(/^user-anomaly-detector@[0-9a-f]{12}$/m);
  const [story] = readdirSync(join(folder, "shelf", "tickets"));
  const ticket = await spoor(["ticket", (story ?? "").slice(0, 12)], at());
  expect(ticket.code, ticket.err).toBe(0);
  const values = /with --param\): (.*)$/m.exec(ticket.out)?.[1]?.split(", ") ?? [];
  const sql = /^SELECT [\s\S]*?LIMIT 1000$/m.exec(ticket.out)?.[0] ?? "";
  const answer = await spoor(["query", sql, ...values.flatMap((value) => ["--param", value])], at());
  expect([answer.code, answer.err]).toEqual([0, ""]);
  expect(answer.out).toContain("metadata_uid");
});

describe("what goes wrong is told with the next step, ends with 1, and costs no result", () => {
  const whole = () => expect(local("report.md").length).toBeGreaterThan(1000);
  const failing = async (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const told = await spoor(["publish", ...words], at(env));
    expect(told.code, told.err).toBe(1);
    expect(told.err).toContain("the results are whole in");
    expect(published()[0]).toMatchObject({ name: "report.md", result: "failed" });
    whole();
    return told.err;
  };
  const listening = async (server: Server): Promise<string> => {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  test("credentials that are wrong, which stay untold", async () => {
    const err = await failing(["--to", "s3", "--config", "settings.yaml"], {
      AWS_ACCESS_KEY_ID: "SOMEBODYELSE",
      AWS_SECRET_ACCESS_KEY: "very-secret-words",
    });
    expect(err).toContain("The access key is not known there");
    expect(err).not.toContain("very-secret-words");
  });

  test("a connection that is cut, after it was tried again", async () => {
    let tries = 0;
    const cut = createTcpServer((socket) => {
      tries += 1;
      socket.once("data", () => socket.destroy());
    });
    settingsOf("cut.yaml", await listening(cut), "[s3]");
    const err = await failing(["--config", "cut.yaml"]);
    expect(err).toContain("Check the bucket, the region and the connection");
    expect(tries).toBeGreaterThan(1);
  });

  test("a clock that is wrong", async () => {
    const late = createServer((request, response) => {
      request.resume();
      response.writeHead(403, { "content-type": "application/xml", date: new Date().toUTCString() });
      response.end("<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>");
    });
    settingsOf("late.yaml", await listening(late), "[s3]");
    expect(await failing(["--config", "late.yaml"])).toContain("The clock of this machine is wrong");
  });

  const probe = join(folder, "probe");
  mkdirSync(probe);
  const canMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", probe]).status === 0;
  if (canMount) spawnSync("umount", [probe]);
  test.skipIf(!canMount)(
    `a disk that is full, and then no longer is${canMount ? "" : " (skipped: mounting a small file system is not permitted)"}`,
    async () => {
      const disk = join(folder, "disk");
      mkdirSync(disk);
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]).status).toBe(0);
      mounted.push(disk);
      const err = await failing(["--to", "folder:disk"]);
      expect(err).toContain("Free some space, or choose another folder");
      expect(readdirSync(disk)).toEqual([]);
      expect(spawnSync("mount", ["-o", "remount,size=100m", disk]).status).toBe(0);
      const again = await spoor(["publish", "--to", "folder:disk"], at());
      expect([again.code, again.err]).toEqual([0, ""]);
    },
  );
});

test("what is wrong with the command ends with 2 before anything is touched", async () => {
  const before = readFileSync(join(out, "publish.json"), "utf8");
  const told = await Promise.all([spoor(["publish"], at()), spoor(["publish", "--to", "slack:env:NO_SUCH_HOOK"], at())]);
  expect(told.map(({ code }) => code)).toEqual([2, 2]);
  expect(told[0]?.err).toContain("no place to publish to is named");
  expect(told[1]?.err).toContain("env:NO_SUCH_HOOK: there is no such variable");
  expect(readFileSync(join(out, "publish.json"), "utf8")).toBe(before);
});

test("rounds keep the results of each, one process at a time, until Ctrl-C", async () => {
  const rounds = startSpoor(["hunt", "--every", "1h", "--only", "password-attack"], at());
  while (!rounds.err().includes("The next round is due") && rounds.child.exitCode === null) await wait(100);
  const other = await spoor(["hunt", "--every", "1h"], at());
  expect([other.code, other.err]).toEqual([1, expect.stringContaining("is hunting in rounds over this store")]);
  rounds.signalGroup("SIGINT");
  const ended = await rounds.ended;
  expect(ended.code, ended.err).toBe(130);
  const [name = ""] = readdirSync(join(out, "rounds"));
  expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d{4}Z$/);
  expect(readFileSync(join(out, "rounds", name, "report.md")).equals(local("report.md"))).toBe(true);
  const kept = z.object({ rounds: z.array(z.object({ name: z.string(), result: z.string() })) });
  expect(kept.parse(JSON.parse(local("rounds.json").toString())).rounds).toEqual([{ name, result: "done" }]);
});
