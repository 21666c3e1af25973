// Hunts over a folder of logs and writes the report: npx tsx examples/hunt-a-folder.ts examples/logs ./hunted
import { configSchema, huntFolder, writeFolder } from "spoor";

const [logs = "examples/logs", folder = "./hunted"] = process.argv.slice(2);

// Any setting of spoor.yaml; what is absent has its default.
const config = configSchema.parse({
  store: `${folder}/store`,
  out: `${folder}/results`,
  internal: ["10.0.0.0/8"],
  only: ["beaconing", "exfiltration"],
});

const { outcome, gaps, files } = await huntFolder([logs], config, { clock: () => new Date() });
await writeFolder(config.out, files);

for (const { finding } of outcome.findings) console.log(`${finding.score.toFixed(0)} ${finding.severity}: ${finding.title}`);
console.log(`${gaps.length} gaps; the report is ${config.out}/report.html`);
