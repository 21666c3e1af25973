import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeSample } from "../../simulator/sample.ts";

// One day of the network, the sign-ins of all three, and a few mails: enough for findings, stories and a fitted model.
const wanted = [
  /^zeek\/2026-11-02\/(conn|dns)\.log\.gz$/,
  /^entra\/sign-ins-2026-11-0\d\.ndjson$/,
  /^proofpoint\/siem-2026-11-02T(09|10)\.json$/,
];

/** Writes a small part of the simulated office into a folder: seven files or so of three vendors. */
export function writeSmallLogs(folder: string): void {
  const whole = mkdtempSync(join(tmpdir(), "spoor-sample-"));
  try {
    writeSample({ directory: join(whole, "logs"), truthFile: join(whole, "truth.json"), seed: 42, start: "2026-11-02" });
    for (const name of readdirSync(join(whole, "logs"), { recursive: true, encoding: "utf8" }).sort()) {
      if (!wanted.some((pattern) => pattern.test(name))) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      cpSync(join(whole, "logs", name), join(folder, name));
    }
  } finally {
    rmSync(whole, { recursive: true, force: true });
  }
}
