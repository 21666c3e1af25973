import { z } from "zod";
import type { Store } from "../../src/store/store.ts";

const columnRow = z.object({ table: z.string(), name: z.string(), type: z.string() });
const rowsEach = 1000;
const notOurs = ["migration", "raw", "repeated_line"];

/**
 * Fills every table with the same rows wherever it is run: values follow from the row's number, the table and the column, in the
 * engine itself. They mean nothing; they are there so that statements have something to join, group and order.
 */
export async function writeSyntheticRows(store: Store): Promise<void> {
  const columns = await store.query(
    `SELECT table, name, type FROM system.columns
     WHERE database = currentDatabase() AND NOT endsWith(table, '_local') AND table != 'records' AND table NOT IN {not:Array(String)}
     ORDER BY table, position`,
    { not: notOurs },
    columnRow,
  );
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table);
    await store.exec(`INSERT INTO ${table} (${own.map(({ name }) => name).join(", ")})
      SELECT ${own.map((column) => syntheticValue(column)).join(", ")} FROM numbers(${rowsEach}) ORDER BY number`);
  }
}

function syntheticValue({ table, name, type }: z.infer<typeof columnRow>): string {
  const value = plainValue(table, name, type);
  if (name === "metadata_uid" || !type.includes("Nullable")) return value;
  return `if((number + ${name.length}) % 11 = 0, NULL, ${value})`;
}

const times = "addMicroseconds(toDateTime64('2026-11-01 00:00:00', 6, 'UTC'), number * 97000000 + cityHash64(number) % 1000000)";

function plainValue(table: string, name: string, type: string): string {
  const hash = `cityHash64(number, '${table}', '${name}')`;
  if (type.includes("DateTime64")) return name === "time" ? times : `addMinutes(${times}, ${name.length})`;
  if (type.startsWith("Array")) return `arrayMap(item -> concat('${name} ', toString(item)), range(number % 3))`;
  if (type.includes("Bool")) return "number % 2 = 0";
  if (name.endsWith("_port")) return "[53, 80, 443, 445, 3389, 49152][number % 6 + 1]";
  if (type.includes("Float")) return `(${hash} % 10007) / 10`;
  if (type.includes("UInt8")) return `${hash} % 101`;
  if (type.includes("UInt16")) return `${hash} % 60000`;
  if (type.includes("Int")) return `${hash} % 1000003`;
  return textOf(table, name, hash);
}

function textOf(table: string, name: string, hash: string): string {
  if (name === "metadata_uid" || name === "event_uid") return `concat('${table}-', toString(number))`;
  if (name === "src_endpoint_ip" || name === "device_ip") return "concat('10.0.0.', toString(number % 9 + 1))";
  if (name === "dst_endpoint_ip") return "concat(if(number % 3 = 0, '203.0.113.', '10.0.0.'), toString(number % 7 + 1))";
  if (name === "ip" || name === "value") return "concat('203.0.113.', toString(number))";
  if (name.endsWith("hostname")) return "concat('host-', toString(number % 9 + 1), if(number % 4 = 0, '.example.test', ''))";
  if (name.endsWith("email_addr") || name.startsWith("email_")) return "concat('person', toString(number % 8), '@example.test')";
  if (name.endsWith("user_name")) return "concat('person', toString(number % 8))";
  if (name === "status") return "if(number % 5 = 0, 'Failure', 'Success')";
  if (name.endsWith("country")) return "['NL', 'DE', 'BR', 'SG'][number % 4 + 1]";
  return `concat('${name} ', toString(${hash} % 5))`;
}
