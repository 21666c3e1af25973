import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LocalS3, localCredentials, localS3 } from "../../test/support/s3-server.ts";
import type { Objects } from "./objects.ts";
import { openObjects } from "./open.ts";
import { s3Location, s3Settings } from "./s3.ts";

let s3: LocalS3;
const folder = mkdtempSync(join(tmpdir(), "spoor-objects-"));
beforeAll(async () => {
  for (const [name, value] of Object.entries(localCredentials)) vi.stubEnv(name, value);
  s3 = await localS3(["reports"]);
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const settings = (endpoint = s3.endpoint) => s3Settings.parse({ endpoint, pathStyle: true });
const homes: readonly (readonly [string, () => Objects])[] = [
  ["a folder", () => openObjects(join(folder, "kept"), s3Settings.parse({}))],
  ["a bucket", () => openObjects("s3://reports/some/prefix", settings())],
];

describe.each(homes)("%s", (_, open) => {
  test("keeps bytes under names, lists them in order, and has null for what it does not have", async () => {
    const objects = open();
    expect(await objects.list("")).toEqual([]);
    expect(await objects.read("a/b.json")).toBeNull();
    const large = Buffer.alloc(6 * 2 ** 20, 7);
    await objects.write("b.bin", large);
    await objects.write("a/b.json", Buffer.from("{}"), { contentType: "application/json" });
    await objects.write("a/b.json", Buffer.from("[1]"));
    expect(await objects.list("")).toEqual(["a/b.json", "b.bin"]);
    expect(await objects.list("a/")).toEqual(["a/b.json"]);
    expect((await objects.read("a/b.json"))?.toString()).toBe("[1]");
    expect((await objects.read("b.bin"))?.equals(large)).toBe(true);
  });

  test("takes no name that leads elsewhere", async () => {
    for (const name of ["../x", "/etc/x", "a/../../x", "a//b", "", ".hidden", "a b", "a\nb", `${"a".repeat(600)}`])
      await expect(open().write(name, Buffer.from("x")), name).rejects.toThrow("is not a name for a file");
  });
});

describe("what goes wrong is told with the next step", () => {
  test.each([
    ["a bucket that is missing", "s3://no-such-bucket/x", "Make the bucket, or name another one."],
    ["a connection that is refused", "s3://reports/x", "Check the bucket, the region and the connection, then try again."],
  ])("%s", async (_, location, hint) => {
    const endpoint = location.includes("no-such") ? s3.endpoint : "http://127.0.0.1:1";
    const objects = openObjects(location, settings(endpoint));
    await expect(objects.write("report.md", Buffer.from("x"))).rejects.toMatchObject({ code: "publish-failed", hint });
  });

  test.each([
    ["an access key", "SOMEBODYELSE", "access key is not known there"],
    ["a secret", localCredentials.AWS_ACCESS_KEY_ID, "secret does not belong to the access key"],
  ])("%s that is wrong; the secret stays untold", async (_, id, next) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", id);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "very-secret-words");
    const refused = await openObjects("s3://reports/x", settings())
      .write("report.md", Buffer.from("x"))
      .catch((thrown: unknown) => thrown);
    for (const [name, value] of Object.entries(localCredentials)) vi.stubEnv(name, value);
    expect(refused).toMatchObject({ code: "publish-failed", hint: expect.stringContaining(next) });
    expect(String(refused)).not.toContain("very-secret-words");
  });

  test("a folder that is a file, without leaving halves", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    await expect(openObjects(file, s3Settings.parse({})).write("x", Buffer.from("x"))).rejects.toMatchObject({
      code: "publish-failed",
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".part"))).toEqual([]);
  });
});

test("a bucket is told which key encrypts what is written, when the settings name one", async () => {
  const kept = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    void buffer(request).then((body) => {
      if (request.method === "PUT") kept.set(path, body);
      if (request.method === "PUT")
        asked.push(
          `${String(request.headers["x-amz-server-side-encryption"])} ${String(request.headers["x-amz-server-side-encryption-aws-kms-key-id"])}`,
        );
      response.end(request.method === "GET" ? kept.get(path) : "");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const objects = openObjects("s3://reports/x", s3Settings.parse({ endpoint, pathStyle: true, kmsKey: "alias/reports" }));
  await objects.write("report.md", Buffer.from("# Threat hunt"));
  await openObjects("s3://reports/x", settings(endpoint)).write("report.md", Buffer.from("# Threat hunt"));
  server.closeAllConnections();
  server.close();
  expect(asked).toEqual(["aws:kms alias/reports", "undefined undefined"]);
});

test("places in S3", () => {
  expect(s3Location("s3://team-models/threat-hunting/")).toEqual({ bucket: "team-models", prefix: "threat-hunting/" });
  expect(s3Location("s3://team-models")).toEqual({ bucket: "team-models", prefix: "" });
  expect(s3Location("s3://UPPER/x")).toBeNull();
  expect(s3Location("/folder")).toBeNull();
});
