import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detect } from "../src/detectors/detect.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { seededRandom } from "../src/stats/random.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import { coverTables, spanOfEvents } from "../src/store/tables.ts";
import { GapLedger } from "../src/world.ts";

const minute = 60_000;
const places = {
  home: { country: "NL", city: "Utrecht", latitude: 52.09, longitude: 5.12 },
  egress: { country: "US", city: "Ashburn", latitude: 39.04, longitude: -77.49 },
} as const;

/** Sign-ins of 500 people: some at home on their own addresses, most through one egress abroad; one try in twelve is mistyped. */
function signIns(days: number): Record<string, unknown>[] {
  const random = seededRandom(11);
  const rows: Record<string, unknown>[] = [];
  const sign = (person: number, time: number, where: keyof typeof places, isRight: boolean): void => {
    const place = places[where];
    rows.push({
      metadata_uid: `sign-in:${rows.length}`,
      time: new Date(time).toISOString().replace("T", " ").replace("Z", ""),
      metadata_product_vendor_name: "Example",
      metadata_product_name: "Identity",
      raw_file_uid: "example",
      raw_line_number: rows.length + 1,
      activity_name: "Logon",
      status: isRight ? "Success" : "Failure",
      status_detail: isRight ? null : "wrong password",
      user_name: `person${person}@corp.example`,
      user_email_addr: `person${person}@corp.example`,
      service_name: ["mail", "chat", "files"][random.integer(3)],
      src_endpoint_ip: where === "egress" ? "203.0.113.200" : `198.51.${Math.floor(person / 250)}.${person % 250}`,
      src_endpoint_location_country: place.country,
      src_endpoint_location_city: place.city,
      src_endpoint_location_latitude: place.latitude,
      src_endpoint_location_longitude: place.longitude,
    });
  };
  for (let day = 0; day < days; day++)
    for (let person = 0; person < 500; person++) {
      const start = Date.UTC(2026, 10, 2 + day, 7) + random.integer(120) * minute;
      for (const [step, where] of (["home", "egress", "egress", "home"] as const).entries()) {
        const time = start + step * 25 * minute + random.integer(10) * minute;
        for (let tries = random.integer(12) === 0 ? 1 + random.integer(7) : 0; tries > 0; tries--)
          sign(person, time - tries * 20_000, where, false);
        sign(person, time, where, true);
      }
    }
  return rows;
}

for (const days of [1, 5])
  test(`500 people behind one egress abroad raise no travel, spray, sign-in or behaviour finding above the alert line in ${days} ${days === 1 ? "day" : "days"}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "spoor-egress-"));
    const store = await openEmbeddedStore({ directory: folder });
    try {
      await store.migrate();
      await store.insert("authentication", signIns(days));
      const world = {
        store,
        clock: () => new Date(0),
        gaps: new GapLedger(),
        progress: () => {},
        signal: new AbortController().signal,
      };
      const window = await spanOfEvents(store);
      if (window === null) throw new Error("there are no events");
      const wanted = ["behavioural-anomaly", "impossible-travel", "password-attack", "unusual-sign-in"];
      const detectors = (await loadDetectors()).filter(({ id }) => wanted.includes(id));
      const options = { detectors, window, internal: ["10.0.0.0/8"], seed: 42, settings: {}, model: null };
      const runs = await detect({ ...options, tables: await coverTables(store, window) }, world);
      expect(runs.map(({ evaluable, failed }) => ({ evaluable, failed }))).toEqual(
        wanted.map(() => ({ evaluable: true, failed: false })),
      );
      const loud = runs.flatMap(({ candidates }) => candidates.map(({ draft }) => draft)).filter(({ score }) => score >= 70);
      expect(loud.map(({ title, score }) => `${score} ${title}`)).toEqual([]);
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
