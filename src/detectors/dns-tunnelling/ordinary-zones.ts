import { knownService } from "../known-services.ts";
import { registeredDomain } from "../registered-domain.ts";

// Zones below which names that were never asked before are ordinary. From the services' own descriptions.
const zones: Readonly<Record<string, string>> = {
  "reverse lookups": "in-addr.arpa ip6.arpa",
  "block lists":
    "spamhaus.org barracudacentral.org spamcop.net surbl.org uribl.com dnswl.org sorbs.net abuseat.org mailspike.net spamhaus.net senderscore.com invaluement.com manitu.net",
  "file and address reputation":
    "e5.sk cymru.com bitdefender.net sophosxl.net avqs.mcafee.com gti.mcafee.com webroot.com brightcloud.com trendmicro.com emsisoft.com",
  "content networks and hosting":
    "akamai.net akamaiedge.net akadns.net edgekey.net edgesuite.net akamaized.net akamaihd.net cloudfront.net fastly.net fastlylb.net cloudflare.net cloudflare.com amazonaws.com awsdns-00.com azure.net azureedge.net azurefd.net trafficmanager.net windows.net cloudapp.net googleusercontent.com 1e100.net gvt1.com llnwd.net edgecastcdn.net cdn77.org b-cdn.net stackpathdns.com",
  "names of this network": "local lan home localdomain internal corp intranet home.arpa",
};

const byZone: ReadonlyMap<string, string> = new Map(
  Object.entries(zones).flatMap(([what, names]) => names.split(" ").map((name): [string, string] => [name, what])),
);

/** What makes many names below a domain ordinary ("block lists", or the maker of widely used software); null where nothing does. */
export function ordinaryZone(domain: string): string | null {
  for (let name = domain; name !== ""; name = name.slice(name.indexOf(".") + 1)) {
    const zone = byZone.get(name);
    if (zone !== undefined) return zone;
    if (!name.includes(".")) break;
  }
  return knownService(registeredDomain(domain))?.owner ?? null;
}
