import type { SqlParameters } from "../../store/store.ts";
import type { RuleValues } from "./values.ts";

/** One map of fields of a detection: all of them must match; of the values of a field one must. */
export type Selection = Readonly<Record<string, readonly (string | number)[]>>;

/** A log source of Sigma, how its rules are written, and how the same is asked of the store. */
export interface LogSource {
  readonly logsource: Readonly<Record<string, string>>;
  readonly table: string;
  /** The statement that asks the store the same; it lies beside this file. */
  readonly sql: string;
  /** By name; any of them may match. Empty when nothing of the result can be said in this log source. */
  readonly selections: (values: RuleValues) => Readonly<Record<string, Selection | readonly Selection[]>>;
  readonly parameters: (values: RuleValues) => SqlParameters;
}

/** The selections that list something. */
function filled(
  selections: Readonly<
    Record<string, { readonly listed: readonly unknown[]; readonly fields: Selection | readonly Selection[] }>
  >,
): Record<string, Selection | readonly Selection[]> {
  return Object.fromEntries(
    Object.entries(selections).flatMap(([name, { listed, fields }]) => (listed.length > 0 ? [[name, fields]] : [])),
  );
}

// Field names are those of Sigma's own taxonomy (sigma-appendix-taxonomy, 2.1); a pipeline turns them into a product's.
export const logSources: readonly LogSource[] = [
  {
    logsource: { category: "firewall" },
    table: "network_activity",
    sql: "network.sql",
    selections: ({ addresses, ports }) =>
      filled({
        selection: {
          listed: addresses,
          fields: { dst_ip: addresses, ...(ports.length === 0 ? {} : { dst_port: ports }) },
        },
      }),
    parameters: ({ addresses, ports }) => ({ addresses, ports }),
  },
  {
    logsource: { category: "dns" },
    table: "dns_activity",
    sql: "dns.sql",
    selections: ({ names }) =>
      filled({
        selection: {
          listed: names,
          fields: [{ query: plainValues(names) }, { "query|endswith": plainValues(names.map((name) => `.${name}`)) }],
        },
      }),
    parameters: ({ names }) => ({ names }),
  },
  {
    logsource: { category: "proxy" },
    table: "http_activity",
    sql: "proxy.sql",
    selections: ({ names, agents }) =>
      filled({
        selection_host: { listed: names, fields: { "cs-host": plainValues(names) } },
        selection_agent: { listed: agents, fields: { "c-useragent": plainValues(agents) } },
      }),
    parameters: ({ names, agents }) => ({ names, agents: agents.map(lower) }),
  },
  {
    logsource: { category: "process_creation", product: "windows" },
    table: "process_activity",
    sql: "process.sql",
    selections: ({ commands, hashes }) =>
      filled({
        selection_command: { listed: commands, fields: { CommandLine: plainValues(commands) } },
        selection_hash: {
          listed: hashes,
          fields: { "Hashes|contains": hashes.map((hash) => `${hash.length === 32 ? "MD5" : "SHA256"}=${hash}`) },
        },
      }),
    parameters: ({ commands, hashes }) => ({ commands: commands.map(lower), hashes }),
  },
  {
    logsource: { product: "windows", service: "system" },
    table: "service_activity",
    sql: "service.sql",
    selections: ({ services }) =>
      filled({ selection: { listed: services, fields: { EventID: [7045], ServiceName: plainValues(services) } } }),
    parameters: ({ services }) => ({ services: services.map(lower) }),
  },
  {
    logsource: { product: "windows", service: "security" },
    table: "scheduled_job_activity",
    sql: "job.sql",
    selections: ({ jobs }) => filled({ selection: { listed: jobs, fields: { EventID: [4698], TaskName: plainValues(jobs) } } }),
    parameters: ({ jobs }) => ({ jobs: jobs.map(lower) }),
  },
  {
    logsource: { category: "authentication" },
    table: "authentication",
    sql: "sign-in.sql",
    selections: ({ sources }) => filled({ selection: { listed: sources, fields: { src_ip: sources } } }),
    parameters: ({ sources }) => ({ sources }),
  },
];

/** Values that mean themselves: in Sigma * and ? stand for anything, and a backslash before them, before its like or at the end must be doubled. */
export function plainValues(values: readonly string[]): string[] {
  return values.map((value) =>
    value.replace(/\\{2,}|\\(?=[*?]|$)/g, (backslashes) => backslashes + backslashes).replace(/[*?]/g, "\\$&"),
  );
}

function lower(text: string): string {
  return text.toLowerCase();
}
