import { columnTest } from "../recognise.ts";
import { source } from "../source.ts";

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
      rawOnly: "argus-other.sql",
    },
    {
      id: "nfdump-csv",
      name: "nfdump CSV",
      recognise: columnTest(["ts", "td", "sa", "da", "sp", "dp", "pr", "ipkt", "ibyt"]),
      notRecords: "nfdump-header.sql",
    },
  ],
});
