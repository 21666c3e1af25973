// One side of a comparison, in a process of its own so that its memory is its own: node side.ts TASK ROWS COLUMNS FILE
import { readFileSync } from "node:fs";
import { type Task, tasks } from "./tasks.ts";

const [task = "", rows = "", columns = "", file = ""] = process.argv.slice(2);
const bytes = readFileSync(file);
const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
const classes = task === "random-forest" ? new Uint8Array(readFileSync(`${file}.classes`)) : new Uint8Array();
const before = process.cpuUsage();
const result = tasks[task as Task]({ rows: Number(rows), columns: Number(columns), values }, classes);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024, result }));
