import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Nodes, noNodes, startNodes } from "../../test/support/clickhouse-nodes.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { openPrivacy } from "./open.ts";
import { tokenKey } from "./siphash.ts";

describe.skipIf(noNodes !== null)(noNodes === null ? "with real nodes" : `with real nodes (skipped: ${noNodes})`, () => {
  let nodes: Nodes;
  let store: Store;
  beforeAll(async () => {
    nodes = await startNodes();
    store = await openStore(nodes.url("privacy"));
    await store.migrate();
  });
  afterAll(async () => {
    await store?.close();
    await nodes?.stop();
  });

  test("a cluster hides what the embedded engine hides, under the same names, and refuses the same", async () => {
    const time = "2026-11-02 10:00:00.000000";
    await store.insert("service_activity", [
      {
        metadata_uid: "e1",
        time,
        device_hostname: "WS-QVARNHOLT7",
        service_name: "backup of qvarnholt to \\\\fs-vexlund9\\c$",
        actor_user_name: "CORP\\vexlund",
      },
    ]);
    const privacy = await openPrivacy({
      store,
      mode: "pseudonymised",
      key: tokenKey(new Uint8Array(16).fill(3)),
      window: { from: "2026-11-01 00:00:00.000000", to: "2026-12-01 00:00:00.000000" },
      internal: ["10.0.0.0/8"],
      signal: new AbortController().signal,
    });
    const signal = new AbortController().signal;
    const { rows } = await privacy.ask("SELECT device_hostname, service_name, actor_user_name FROM service_activity", signal);
    expect(rows).toEqual([
      {
        device_hostname: privacy.hide("host", "ws-qvarnholt7"),
        service_name: privacy.hideText("backup of qvarnholt to \\\\fs-vexlund9\\c$"),
        actor_user_name: privacy.hide("user", "vexlund"),
      },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/qvarnholt|vexlund/i);
    expect(await privacy.reveal(privacy.hide("user", "vexlund"))).toBe("vexlund");
    const quoted = 'SELECT line FROM privacy.raw WHERE 1 IN (WITH "privacy.raw" AS (SELECT 1) SELECT 1)';
    await expect(privacy.ask(quoted, signal)).rejects.toMatchObject({ code: "usage" });
    await expect(privacy.ask("SELECT * FROM raw", signal)).rejects.toMatchObject({ code: "usage" });
    await expect(privacy.ask("SELECT * FROM remote('127.0.0.1', system.one)", signal)).rejects.toMatchObject({ code: "usage" });
  });
});
