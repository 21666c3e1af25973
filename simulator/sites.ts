import { randomOf } from "./random.ts";

/** A host of the Internet that people and programs call. */
export interface Site {
  readonly host: string;
  readonly addresses: readonly string[];
  /** How often it is visited, against the others. */
  readonly weight: number;
  readonly answerSeconds: number;
  readonly tls: "TLSv12" | "TLSv13";
  readonly issuer: string | null;
}

// Well-known names lie in networks of their owners. Names of small sites end in .example, their addresses in the ranges set aside for documentation.
const networks = {
  microsoft: ["13.107.6", "13.107.42", "52.96.165", "52.113.194", "20.190.159", "51.104.15"],
  google: ["142.250.179", "142.251.36", "172.217.168", "216.58.208"],
  amazon: ["52.218.45", "18.165.183", "3.5.68", "54.239.39"],
  cloudflare: ["104.16.132", "104.18.32", "172.67.74"],
  akamai: ["2.16.103", "23.72.249", "104.85.1"],
  fastly: ["151.101.1", "151.101.65", "199.232.46"],
  small: ["192.0.2", "198.51.100"],
} as const;
type Network = keyof typeof networks;

const popular: readonly (readonly [host: string, network: Network, weight: number])[] = [
  ["outlook.office365.com", "microsoft", 30],
  ["teams.microsoft.com", "microsoft", 26],
  ["login.microsoftonline.com", "microsoft", 16],
  ["lindenhof.sharepoint.com", "microsoft", 18],
  ["graph.microsoft.com", "microsoft", 8],
  ["res.cdn.office.net", "akamai", 10],
  ["www.bing.com", "microsoft", 8],
  ["www.google.com", "google", 26],
  ["fonts.gstatic.com", "google", 12],
  ["www.gstatic.com", "google", 10],
  ["accounts.google.com", "google", 6],
  ["www.youtube.com", "google", 7],
  ["maps.google.com", "google", 5],
  ["github.com", "fastly", 8],
  ["objects.githubusercontent.com", "fastly", 4],
  ["packages.build-tools.example", "cloudflare", 5],
  ["wheels.snakery.example", "fastly", 3],
  ["stackoverflow.com", "cloudflare", 5],
  ["en.wikipedia.org", "small", 5],
  ["www.linkedin.com", "microsoft", 6],
  ["www.nu.nl", "akamai", 6],
  ["nos.nl", "akamai", 6],
  ["www.bbc.co.uk", "fastly", 3],
  ["www.reuters.com", "akamai", 2],
  ["weather.example", "small", 2],
  ["d3.cloudfront.net", "amazon", 6],
  ["cdn.jsdelivr.net", "cloudflare", 6],
  ["cdnjs.cloudflare.com", "cloudflare", 6],
  ["www.dropbox.com", "amazon", 2],
  ["app.slack.com", "amazon", 3],
  ["login.salesforce.com", "akamai", 3],
  ["www.docusign.net", "akamai", 2],
  ["zoom.us", "cloudflare", 3],
];

const smallWords =
  "anker brug delta eik fjord gilde haven iris kompas linde molen noord oever polder riet schip toren veld wilg zand".split(" ");
const smallKinds = ["bv", "advies", "techniek", "winkel", "transport"];

/** The sites that people visit: some that everybody knows, and a long tail that few do. */
export function sitesOf(seed: number): readonly Site[] {
  const random = randomOf(seed, "sites");
  const tail = smallWords.flatMap((word) => smallKinds.map((kind) => `www.${word}-${kind}.example`));
  return [
    ...popular.map(([host, network, weight]) => siteOf(host, network, weight)),
    ...random.shuffle(tail).map((host, index) => siteOf(host, "small", 3 / (index + 2))),
  ];
}

/** A site by its name; the same name always lies at the same addresses. */
export function siteOf(host: string, network: Network, weight = 0): Site {
  const random = randomOf(0, `site/${host}`);
  const count = network === "small" ? 1 : random.integer(1, 3);
  return {
    host,
    // The upper half of a documentation range, so that no site meets an address of our own or of the attacker.
    addresses: Array.from({ length: count }, () => `${random.pick(networks[network])}.${random.integer(210, 254)}`),
    weight,
    answerSeconds: random.pick([60, 300, 300, 1800, 3600]),
    tls: random.chance(0.8) ? "TLSv13" : "TLSv12",
    issuer: random.pick(["CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US", "CN=R11,O=Let's Encrypt,C=US"]),
  };
}
