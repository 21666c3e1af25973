import { detector } from "spoor/detectors/detector";
import { z } from "zod";

const lonePort = z.object({
  source: z.string(),
  destination: z.string(),
  port: z.coerce.number(),
  connections: z.coerce.number(),
  first: z.string(),
  last: z.string(),
});

export default detector({
  id: "lone-port",
  name: "Lone port",
  version: "1",
  question: "Which host uses a port towards the outside that no other host uses?",
  analyticType: "Statistical",
  techniques: ["T1571"],
  anyOf: [{ table: "network_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip", "dst_endpoint_port"] }],
  parameters: z.strictObject({
    /** Connections before anybody looks. */
    leastConnections: z.number().int().positive().default(5),
  }),
  questions: { detect: { file: "detect.sql", row: lonePort } },
  evidenceQuestion: "evidence.sql",
  assess: ({ detect }) =>
    detect.map((row) => {
      const repeated = Math.min(20, row.connections);
      return {
        keys: { source: row.source, port: row.port },
        title: `${row.source} alone uses port ${row.port}, to ${row.destination}`,
        description: `${row.source} connected ${row.connections} times to ${row.destination} on port ${row.port}; no other host uses that port.`,
        score: 30 + repeated,
        confidence: 40,
        reasons: [
          { feature: "hosts that use the port", observed: "1", baseline: null, peers: "0 others", contribution: 30 },
          { feature: "connections", observed: String(row.connections), baseline: null, peers: null, contribution: repeated },
        ],
        benign: "A tool that only one person needs, such as an administrator's.",
        blindSpots: ["Ports that the intruder shares with others, 443 above all."],
        firstSeen: row.first,
        lastSeen: row.last,
        techniques: ["T1571"],
        observables: [
          { name: "src_endpoint.ip", value: row.source },
          { name: "dst_endpoint.ip", value: row.destination },
          { name: "dst_endpoint.port", value: String(row.port) },
        ],
        evidence: { source: row.source, port: row.port },
        rowCount: row.connections,
      };
    }),
});
