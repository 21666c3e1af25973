// Reads the findings that a hunt wrote, each an OCSF Detection Finding: npx tsx examples/read-findings.ts ./hunted/results
import { readFile } from "node:fs/promises";
import { readFindings } from "spoor";

const [results = "./hunted/results"] = process.argv.slice(2);

for (const finding of readFindings(await readFile(`${results}/findings.ndjson`, "utf8"))) {
  console.log(`${finding.severity}: ${finding.finding_info.title}`);
  for (const { feature, observed, contribution } of finding.unmapped.reasons)
    console.log(`  ${contribution.toFixed(1).padStart(6)}  ${feature}: ${observed}`);
}
