import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hourMs } from "../../../time.ts";
import { connectTo, pagesOf, serve, streamNamed, testNow } from "./testing.ts";

describe("exports", () => {
  const name = (hours: string) => `insights-logs-signinlogs/tenantId=t-1/y=2026/m=11/d=22/h=${hours}/m=00/PT1H.json`;

  test("a folder is read hour by hour; the line that is being written waits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spoor-export-"));
    try {
      for (const [hours, content] of [
        ["09", '{"a":1}\n{"a":2}'],
        ["10", '{"a":3}\n{"a":'],
      ] as const) {
        mkdirSync(join(folder, name(hours), ".."), { recursive: true });
        writeFileSync(join(folder, name(hours)), content);
      }
      const downloads = mkdtempSync(join(folder, "downloads-"));
      const made = await connectTo({ export: { folder, logs: ["SignInLogs", "AuditLogs"] } }, undefined, downloads);
      const pages = await pagesOf(streamNamed(made, "export-signinlogs"), { from: testNow - 3 * hourMs, to: testNow });
      expect(pages.map(({ files }) => files?.map((file) => [file.name, readFileSync(file.path, "utf8")]))).toEqual([
        [[name("09"), '{"a":1}\n{"a":2}']],
        [[name("10"), '{"a":3}\n']],
        undefined,
      ]);
      const [only] = await pagesOf(streamNamed(made, "export-auditlogs"), { from: testNow - hourMs, to: testNow });
      expect(only?.shortfalls).toEqual([expect.stringContaining("insights-logs-auditlogs")]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("no part of the path in the settings leads out of the folder", async () => {
    for (const prefix of ["..", "a/../../b", "/etc", "a/"])
      await expect(connectTo({ export: { folder: "x", logs: ["SignInLogs"], prefix } })).rejects.toMatchObject({
        code: "configuration",
      });
    const made = await connectTo({
      export: { folder: "x", logs: ["SignInLogs"], prefix: "resourceId=/tenants/t-1".replace("/", "") },
    });
    expect(made.connection.streams.some(({ id }) => id === "export-signinlogs")).toBe(true);
  });

  test("a storage account is read through its signature, which is in no message", async () => {
    const downloads = mkdtempSync(join(tmpdir(), "spoor-export-"));
    try {
      const server = await serve(({ path }) =>
        path === `/${name("10")}` ? { body: '{"a":1}\n' } : { status: path.includes("h=11") ? 403 : 404 },
      );
      const accountUrl = `${server.url}/?sv=2021&sig=very%2Bsecret`;
      const made = await connectTo(
        { export: { accountUrl: "env:ACCOUNT", logs: ["SignInLogs"] } },
        { SECRET: "s3cret", ACCOUNT: accountUrl },
        downloads,
      );
      const stream = streamNamed(made, "export-signinlogs");
      const pages = await pagesOf(stream, { from: testNow - 3 * hourMs, to: testNow - hourMs });
      expect(pages.flatMap(({ files = [] }) => files.map((file) => file.name))).toEqual([name("10")]);
      expect(server.asked[0]?.query.get("sig")).toBe("very+secret");
      const refused = pagesOf(stream, { from: testNow - hourMs, to: testNow });
      await expect(refused).rejects.toMatchObject({ kind: "forbidden", message: expect.not.stringContaining("secret") });
    } finally {
      rmSync(downloads, { recursive: true, force: true });
    }
  });
});
