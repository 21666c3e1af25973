import type { Need } from "../detectors/detector.ts";
import type { TableCoverage } from "../types.ts";

type Tables = ReadonlyMap<string, TableCoverage>;

const network = { table: "network_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip"] };
const processes = { table: "process_activity", columns: ["process_name"] };
const commands = { table: "process_activity", columns: ["process_cmd_line"] };
const scripts = { table: "script_activity", columns: ["script_content"] };
const signIns = { table: "authentication", columns: ["user_name", "status"] };
const audit = { table: "api_activity", columns: ["api_operation"] };
const registry = { table: "registry_activity", columns: ["reg_key_path"] };
const files = { table: "file_activity", columns: ["file_name"] };
const services = { table: "service_activity", columns: ["service_name"] };
const jobs = { table: "scheduled_job_activity", columns: ["job_name"] };
const shares = { table: "smb_activity", columns: ["share"] };

/** ATT&CK's data components and where Spoor's tables hold them; a component that is not named here has no table. */
export const dataComponents: Readonly<Record<string, readonly Need[]>> = {
  DC0001: [jobs],
  DC0002: [signIns],
  DC0005: [jobs],
  DC0007: [signIns],
  DC0008: [{ table: "rpc_activity", columns: ["rpc_interface"] }],
  DC0010: [audit],
  DC0012: [jobs],
  DC0013: [{ table: "user_inventory", columns: ["user_name"] }],
  DC0014: [audit],
  DC0017: [audit],
  DC0022: [audit],
  DC0023: [audit],
  DC0025: [audit],
  DC0027: [audit],
  DC0029: [scripts],
  DC0032: [processes],
  DC0034: [{ table: "process_activity", columns: ["parent_process_name"] }],
  DC0038: [
    { table: "email_activity", columns: ["email_from"] },
    { table: "email_url_activity", columns: ["url_string"] },
    { table: "http_activity", columns: ["http_request_url_path"] },
    audit,
  ],
  DC0039: [files],
  DC0041: [services],
  DC0055: [files, shares],
  DC0056: [registry],
  DC0059: [{ table: "file_activity", columns: ["file_hash_sha256"] }],
  DC0060: [services],
  DC0061: [files],
  DC0063: [registry],
  DC0064: [commands, scripts],
  DC0065: [services],
  DC0066: [audit],
  DC0067: [signIns],
  DC0069: [audit],
  DC0071: [{ table: "rpc_activity", columns: ["rpc_interface", "rpc_operation"] }],
  DC0078: [network],
  DC0082: [network],
  DC0084: [{ table: "authentication", columns: ["service_name"] }],
  DC0085: [
    { table: "dns_activity", columns: ["query_hostname"] },
    { table: "http_activity", columns: ["http_request_url_hostname"] },
    { table: "rpc_activity", columns: ["rpc_operation"] },
    shares,
  ],
  DC0087: [audit],
  DC0088: [
    { table: "authentication", columns: ["logon_type"] },
    { table: "authentication", columns: ["src_endpoint_ip"] },
  ],
  DC0090: [audit],
  DC0094: [audit],
  DC0102: [shares],
};

/** Whether the window holds what a need asks for. */
export function isThere(need: Need, tables: Tables): boolean {
  const table = tables.get(need.table);
  return table !== undefined && table.rows > 0 && need.columns.every((column) => (table.filled[column] ?? 0) > 0);
}

/** Of a technique's data components: those that the window holds, and those that it lacks or no table takes; each by name, in order. */
export function componentsOf(
  components: readonly { readonly uid: string; readonly name: string }[],
  tables: Tables,
): { readonly there: readonly string[]; readonly absent: readonly string[] } {
  const isHeld = (uid: string) => (dataComponents[uid] ?? []).some((need) => isThere(need, tables));
  return {
    there: components.filter(({ uid }) => isHeld(uid)).map(({ name }) => name),
    absent: components.filter(({ uid }) => !isHeld(uid)).map(({ name }) => name),
  };
}
