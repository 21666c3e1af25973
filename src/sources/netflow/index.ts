import { columnTest } from "../recognise.ts";
import { source } from "../source.ts";

// The names of the columns before and since nfdump 1.7.
const nfdumpColumns = [
  ["ts", "td", "sa", "da", "sp", "dp", "pr", "ipkt", "ibyt"],
  ["firstSeen", "duration", "proto", "srcAddr", "srcPort", "dstAddr", "dstPort", "packets", "bytes"],
];

export default source({
  id: "netflow",
  name: "NetFlow as CSV (Argus, nfdump)",
  version: "1",
  formats: [
    {
      id: "argus-binetflow",
      name: "Argus bidirectional flows (binetflow)",
      recognise: columnTest(["StartTime", "Proto", "SrcAddr", "DstAddr", "Dport", "TotBytes"]),
      notRecords: "argus-header.sql",
      reasons: "reasons.sql",
      rawOnly: "argus-other.sql",
    },
    {
      id: "nfdump-csv",
      name: "nfdump CSV",
      recognise: { by: "lines", test: (lines) => nfdumpColumns.some((columns) => columnTest(columns).test(lines)) },
      notRecords: "nfdump-header.sql",
      reasons: "reasons.sql",
    },
  ],
});
