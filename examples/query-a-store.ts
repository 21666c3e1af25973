// Asks a store a question of one's own: npx tsx examples/query-a-store.ts ./hunted/store
import { configSchema, withStore } from "spoor";
import { z } from "zod";

const [store = "./hunted/store", port = "443"] = process.argv.slice(2);

// One row of the answer. The engine gives 64-bit numbers as text, so that none is rounded unseen; here they are small.
const row = z.object({ address: z.string(), connections: z.coerce.number(), bytes: z.coerce.number().nullable() });

// Values are bound, never pasted into the text.
const question = `
  SELECT src_endpoint_ip AS address, count() AS connections, sum(traffic_bytes_in) AS bytes
  FROM network_activity
  WHERE dst_endpoint_port = {port:UInt16}
  GROUP BY address
  ORDER BY connections DESC, address
  LIMIT 20`;

const rows = await withStore(configSchema.parse({ store }), { clock: () => new Date() }, (world) =>
  world.store.query(question, { port: Number(port) }, row, { readOnly: true }),
);
for (const { address, connections, bytes } of rows) console.log(`${address}: ${connections} connections, ${bytes ?? "unknown"} bytes`);
