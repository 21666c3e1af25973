import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detect } from "../src/detectors/detect.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { seededRandom } from "../src/stats/random.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import { coverTables } from "../src/store/tables.ts";
import { GapLedger } from "../src/world.ts";

const begin = Date.UTC(2026, 10, 2, 7);
const hour = 3_600_000;
const window = { from: "2026-11-02 00:00:00.000000", to: "2026-11-05 00:00:00.000000" };

interface Call {
  readonly time: number;
  readonly host: number;
  readonly address: string;
  readonly name: string | null;
  readonly port: number;
  readonly program: string;
}

/** Two days of twelve hosts: browsing, a beacon, a jump from host to host, and a place for files that one of them calls. */
function calls(): Call[] {
  const random = seededRandom(5);
  const made: Call[] = [];
  for (let host = 1; host <= 12; host++)
    for (let step = 0; step < 120; step++)
      made.push({
        time: begin + random.uniform() * 40 * hour,
        host,
        address: `198.51.100.${1 + random.integer(60)}`,
        name: `site${random.integer(60)}.example`,
        port: 443,
        program: "msedge.exe",
      });
  for (let step = 0; step < 200; step++)
    made.push({
      time: begin + step * 240_000 + random.uniform() * 9000,
      host: 3,
      address: "203.0.113.45",
      name: "cdn.fonts.example",
      port: 443,
      program: "rundll32.exe",
    });
  for (let step = 0; step < 12; step++)
    made.push({
      time: begin + 30 * hour + step * 90_000,
      host: 5,
      address: "203.0.113.90",
      name: "gfs1.userstorage.mega.co.nz",
      port: 443,
      program: "sync.exe",
    });
  for (const [step, target] of [7, 8, 9, 10].entries())
    for (const port of [445, 135, 5985])
      made.push({
        time: begin + 20 * hour + step * 300_000 + port,
        host: 3,
        address: `10.0.0.${target}`,
        name: null,
        port,
        program: "rundll32.exe",
      });
  return made;
}

function rowsOf(made: readonly Call[], vendor: string, product: string, later: number): Record<string, unknown>[] {
  return made.map(({ time, host, address, name, port, program }, place) => ({
    metadata_uid: `${product}:${place}`,
    time: new Date(time + later).toISOString().replace("T", " ").replace("Z", ""),
    metadata_product_vendor_name: vendor,
    metadata_product_name: product,
    raw_file_uid: product,
    raw_line_number: place + 1,
    activity_name: "Open",
    connection_info_protocol_name: "tcp",
    connection_info_direction: "Outbound",
    src_endpoint_ip: `10.0.0.${host}`,
    src_endpoint_port: 49_152 + (place % 16_000),
    dst_endpoint_ip: address,
    dst_endpoint_port: port,
    dst_endpoint_hostname: name,
    device_hostname: `ws-${host}`,
    device_ip: `10.0.0.${host}`,
    actor_process_name: program,
  }));
}

async function found(rows: readonly Record<string, unknown>[]): Promise<{ loud: string[]; titles: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "spoor-sensors-"));
  const store = await openEmbeddedStore({ directory: folder });
  try {
    await store.migrate();
    await store.insert("network_activity", rows);
    const world = {
      store,
      clock: () => new Date(0),
      gaps: new GapLedger(),
      progress: () => {},
      signal: new AbortController().signal,
    };
    const wanted = ["beaconing", "exfiltration", "lateral-movement"];
    const detectors = (await loadDetectors()).filter(({ id }) => wanted.includes(id));
    const options = { detectors, window, internal: ["10.0.0.0/8"], seed: 42, settings: {}, model: null };
    const runs = await detect({ ...options, tables: await coverTables(store, window) }, world);
    expect(runs.map(({ failed }) => failed)).toEqual(wanted.map(() => false));
    const told = runs.flatMap(({ detector, candidates }) =>
      candidates.map(({ draft: { keys, score } }) => `${detector.id} ${JSON.stringify(keys)} ${score.toFixed(1)}`),
    );
    return { loud: told, titles: runs.map(({ detector, candidates }) => `${detector.id} ${candidates.length > 0}`) };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test("every connection told by a second sensor, milliseconds later, changes no finding of the network", async () => {
  const made = calls();
  const one = await found(rowsOf(made, "CrowdStrike", "Falcon", 0));
  const two = await found([
    ...rowsOf(made, "CrowdStrike", "Falcon", 0),
    ...rowsOf(made, "Microsoft", "Defender for Endpoint", 3),
  ]);
  expect(one.titles).toEqual(["beaconing true", "exfiltration true", "lateral-movement true"]);
  expect(two.loud).toEqual(one.loud);
});
