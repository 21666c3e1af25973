// A whole hunt over a cluster of two real nodes finds what the embedded engine finds, and keeps the password to itself.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Nodes, noNodes, startNodes } from "./support/clickhouse-nodes.ts";
import { spoor, startSpoor, type Told } from "./support/command-line.ts";
import { differences, findingLines, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const secret = "0pen-S3same";

describe.skipIf(noNodes !== null)(
  noNodes === null ? "a hunt over a cluster" : `a hunt over a cluster (skipped: ${noNodes})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "spoor-server-hunt-"));
    const at = { cwd: folder };
    let nodes: Nodes;
    let embedded: Told;
    let cluster: Told;
    beforeAll(async () => {
      writeSmallLogs(join(folder, "logs"));
      nodes = await startNodes({ database: "hunted", password: secret });
      embedded = await spoor(["hunt", "logs", "--store", "store", "--out", "out-embedded"], at);
      cluster = await spoor(["hunt", "logs", "--store", nodes.url("hunted"), "--out", "out-cluster"], at);
    });
    afterAll(async () => {
      await nodes?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const results = (name: string): Map<string, string> => resultsIn(join(folder, `out-${name}`));

    test("finds the same, byte for byte", () => {
      expect([embedded.code, cluster.code], embedded.err + cluster.err).toEqual([0, 0]);
      expect(findingLines(results("cluster"))).toEqual(findingLines(results("embedded")));
      expect(differences(results("embedded"), results("cluster"))).toEqual([]);
      expect(cluster.out.replaceAll("out-cluster", "out-embedded")).toBe(embedded.out);
    });

    test("again stores nothing again; from the store alone finds the same", async () => {
      const rows = async (): Promise<string> =>
        (await spoor(["query", "SELECT count() AS rows FROM raw", "--store", nodes.url("hunted")], at)).out;
      const before = await rows();
      expect(before).toMatch(/"rows":"\d{4,}"/);
      const again = await spoor(["hunt", "--store", nodes.url("hunted"), "--out", "out-again"], at);
      expect(again.code, again.err).toBe(0);
      expect(await rows()).toBe(before);
      expect(findingLines(results("again"))).toEqual(findingLines(results("embedded")));
    });

    test("leaves nothing but the results behind", () => {
      expect(readdirSync(join(folder, "out-cluster"))).not.toContain("landing");
      expect(existsSync(join(folder, ".spoor"))).toBe(false);
    });

    test("tells the password nowhere, wherever it came from", async () => {
      const reader = nodes.singleUrl("hunted").replace("default@", "agent@");
      const named = (password: string): string => reader.replace("agent@", `agent:${password}@`);
      const told = [
        await spoor(["findings", "--store", reader], { ...at, env: { SPOOR_STORE_PASSWORD: secret } }),
        await spoor(["findings", "--store", named(secret)], at),
        await spoor(["findings", "--store", named(`${secret}-wrong`)], at),
        await spoor(["findings", "--store", reader], at),
      ];
      expect(
        told.map(({ code }) => code),
        told.map(({ err }) => err).join(""),
      ).toEqual([0, 0, 1, 1]);
      for (const { out, err } of told) expect(`${out}${err}`).not.toContain(secret);
    });

    test("refuses what writes, reads files or reaches other hosts", async () => {
      for (const sql of [
        "DROP TABLE raw",
        "SELECT file('/etc/hostname')",
        "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
        "SELECT 1; DROP TABLE raw",
      ]) {
        const told = await spoor(["query", sql, "--store", nodes.url("hunted")], at);
        expect([told.code, told.out]).toEqual([2, ""]);
      }
    });

    test("that is killed in its import is completed by the same command", async () => {
      const words = ["hunt", "logs", "--store", nodes.url("killed"), "--out", "out-killed"];
      const running = startSpoor(words, at);
      const isUnderWay = async (): Promise<boolean> => {
        const asked = await spoor(["query", "SELECT count() AS rows FROM landing", "--store", nodes.url("killed")], at);
        return /"rows":"[1-9]/.test(asked.out) || running.child.exitCode !== null;
      };
      while (!(await isUnderWay()));
      running.signalGroup("SIGKILL");
      await running.ended;
      const again = await spoor(words, at);
      expect(again.code, again.err).toBe(0);
      expect(findingLines(results("killed"))).toEqual(findingLines(results("embedded")));
    });
  },
);
