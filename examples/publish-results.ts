// Brings results to a folder or a bucket: npx tsx examples/publish-results.ts ./hunted/results ./shelf
// (s3://bucket takes the standard credentials of AWS; `s3` of the settings says how other servers are reached.)
import { configSchema, publishTo } from "spoor";

const [out = "./hunted/results", location = "./shelf"] = process.argv.slice(2);

const { record, gaps } = await publishTo({ location, key: "{case}/{date}/{name}" }, configSchema.parse({ out }), {
  clock: () => new Date(),
  random: Math.random,
});
for (const { place, result } of record.deliveries) console.log(`${result}: ${place}`);
for (const { reason } of gaps) console.error(reason);
process.exitCode = gaps.length === 0 ? 0 : 1;
