import { z } from "zod";
import { deviceAddressRow } from "../../entities/rows.ts";
import { detector } from "../detector.ts";
import { draftOf } from "./draft.ts";
import { edgesOf } from "./edges.ts";
import { hostsOf } from "./hosts.ts";
import { movementsOf } from "./movements.ts";
import { connectionRow, infrastructureRow, residentRow, scanRow, ticketRow, traceRow } from "./rows.ts";

const parameters = z.strictObject({
  /** Different targets within the window of hours from which reaching them counts as spreading. */
  minConnections: z.number().int().min(2).default(3),
  timeWindowHours: z.number().positive().max(168).default(1),
  /** The longest stay on a host between being reached and moving on: an intruder rests, but a day later it is another errand. */
  chainHours: z.number().positive().max(168).default(4),
});

// Below Low there is nothing worth a reader's time.
const leastScore = 20;

const connections = { table: "network_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip", "dst_endpoint_port"] };
const logons = { table: "authentication", columns: ["device_hostname", "user_name", "logon_type"] };
const services = { table: "service_activity", columns: ["device_hostname"] };
const tasks = { table: "scheduled_job_activity", columns: ["device_hostname"] };
const processes = { table: "process_activity", columns: ["device_hostname", "process_name"] };
const shares = { table: "smb_activity", columns: ["share"] };
const calls = { table: "rpc_activity", columns: ["rpc_interface"] };
const shells = { table: "rpc_activity", columns: ["protocol_name", "device_hostname"] };
const desktops = { table: "rdp_activity", columns: ["src_endpoint_ip"] };
const secureShells = { table: "ssh_activity", columns: ["src_endpoint_ip"] };

export default detector({
  id: "lateral-movement",
  name: "Lateral movement",
  version: "1",
  question: "Which host was moved from, to which targets, as whom and how?",
  analyticType: "Behavioral",
  techniques: [
    "T1021.001",
    "T1021.002",
    "T1021.003",
    "T1021.004",
    "T1021.006",
    "T1047",
    "T1053.005",
    "T1543.003",
    "T1569.002",
    "T1570",
  ],
  anyOf: [connections, logons, processes, shares, calls, desktops, secureShells],
  techniqueNeeds: {
    "T1021.001": [desktops, logons, connections],
    "T1021.002": [shares, connections],
    "T1021.003": [calls, processes, connections],
    "T1021.004": [secureShells, logons, connections],
    "T1021.006": [shells, processes, connections],
    T1047: [calls, processes],
    "T1053.005": [tasks, calls],
    "T1543.003": [services, calls],
    "T1569.002": [services, calls],
    T1570: [shares],
  },
  parameters,
  questions: {
    hosts: { file: "hosts.sql", row: deviceAddressRow },
    infrastructure: { file: "infrastructure.sql", row: infrastructureRow },
    residents: { file: "residents.sql", row: residentRow },
    services: { file: "services.sql", row: traceRow, needs: [services] },
    tasks: { file: "tasks.sql", row: traceRow, needs: [tasks] },
    processes: { file: "processes.sql", row: traceRow, needs: [processes] },
    commands: {
      file: "commands.sql",
      row: traceRow,
      needs: [{ table: "process_activity", columns: ["device_hostname", "process_cmd_line"] }],
    },
    shares: { file: "shares.sql", row: traceRow, needs: [shares] },
    calls: { file: "calls.sql", row: traceRow, needs: [calls] },
    shells: { file: "shells.sql", row: traceRow, needs: [shells] },
    desktops: { file: "desktops.sql", row: traceRow },
    logons: { file: "logons.sql", row: traceRow, needs: [logons] },
    tickets: {
      file: "tickets.sql",
      row: ticketRow,
      needs: [{ table: "authentication", columns: ["activity_name", "user_name"] }],
    },
    connections: { file: "connections.sql", row: connectionRow, needs: [connections] },
    scans: { file: "scans.sql", row: scanRow, needs: [connections] },
  },
  evidenceQuestion: "evidence.sql",
  assess: (answers, { window, parameters, internal, tables, note }) => {
    const hosts = hostsOf(answers.hosts, internal);
    const traces = [
      ...answers.services,
      ...answers.tasks,
      ...answers.processes,
      ...answers.commands,
      ...answers.shares,
      ...answers.calls,
      ...answers.shells,
      ...answers.desktops,
      ...answers.logons,
    ];
    const graph = edgesOf({ ...answers, traces, hosts });
    if (graph.withoutSource > 0)
      note({
        kind: "not-evaluable",
        reason:
          "remote shells and programs in sessions from the network whose source no record names: connections or tickets of that minute are missing or ambiguous",
        count: graph.withoutSource,
      });
    const movements = movementsOf(
      {
        edges: graph.edges,
        estateSources: answers.connections[0]?.estate_sources ?? 0,
        residents: answers.residents,
        scans: answers.scans,
        hosts,
        window,
      },
      parameters,
    );
    const has = (table: string): boolean => (tables.get(table)?.rows ?? 0) > 0;
    const sight = {
      hasHostLogs: ["process_activity", "service_activity", "scheduled_job_activity"].some(has),
      hasConnections: has("network_activity"),
    };
    return movements.flatMap((movement) => draftOf(movement, hosts, sight, leastScore) ?? []);
  },
});
