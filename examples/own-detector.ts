// Hunts with a detector of one's own, examples/detectors/lone-port: npx tsx examples/own-detector.ts examples/logs ./own
import { fileURLToPath } from "node:url";
import { configSchema, huntFolder } from "spoor";

const [logs = "examples/logs", folder = "./own"] = process.argv.slice(2);

const config = configSchema.parse({
  store: `${folder}/store`,
  out: `${folder}/results`,
  internal: ["10.0.0.0/8"],
  detectors: fileURLToPath(new URL("detectors", import.meta.url)),
  only: ["lone-port"],
  set: { "lone-port": { leastConnections: 3 } },
});

const { outcome } = await huntFolder([logs], config, { clock: () => new Date() });
for (const { finding } of outcome.findings) console.log(`${finding.score.toFixed(0)} ${finding.severity}: ${finding.title}`);
