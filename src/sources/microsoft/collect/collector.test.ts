import { createHash, X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jwtVerify } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { CursorLost, type Slice, SliceTooLarge } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import {
  type Asked,
  connectTo,
  type Loopback,
  loopback,
  pagesOf,
  streamNamed,
  type TestConnection,
  type Told,
  testNow,
} from "./testing.ts";

const hour = 3_600_000;
const lastHour: Slice = { from: testNow - 2 * hour, to: testNow - hour };

const servers: Loopback[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: (asked: Asked, url: string) => Told): Promise<Loopback> {
  const server = await loopback(answer);
  servers.push(server);
  return server;
}

/** A sign-in service, and Graph answering as told; both at one address. */
async function graphThat(
  answer: (asked: Asked, url: string) => Told,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ server: Loopback; made: TestConnection; asked: () => Asked[] }> {
  const server = await serve((asked, url) =>
    asked.path.endsWith("/oauth2/v2.0/token") ? { body: { access_token: "token-1", expires_in: 3599 } } : answer(asked, url),
  );
  const made = await connectTo({ graphUrl: server.url, loginUrl: server.url, ...settings });
  return { server, made, asked: () => server.asked.filter(({ path }) => !path.endsWith("/token")) };
}

const list = (value: readonly unknown[], nextLink?: string): Told => ({
  body: { value, ...(nextLink === undefined ? {} : { "@odata.nextLink": nextLink }) },
});

describe("proving who asks", () => {
  test("a secret is sent to the sign-in service once, and a token with every question", async () => {
    const { server, made } = await graphThat(() => list([]));
    await pagesOf(streamNamed(made, "sign-ins"), lastHour);
    await pagesOf(streamNamed(made, "users"), lastHour);
    const [token, ...questions] = server.asked;
    expect(token?.path).toBe("/t-1/oauth2/v2.0/token");
    expect(Object.fromEntries(new URLSearchParams(token?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "c-1",
      client_secret: "s3cret-of-the-test",
      scope: "https://graph.microsoft.com/.default",
    });
    expect(questions.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-1"]);
  });

  test.each([
    ["gcc", "https://graph.microsoft.com/.default"],
    ["usgov", "https://graph.microsoft.us/.default"],
    ["dod", "https://dod-graph.microsoft.us/.default"],
    ["china", "https://microsoftgraph.chinacloudapi.cn/.default"],
  ])("a token is asked for the interface of the cloud %s", async (cloud, scope) => {
    const { server, made } = await graphThat(() => list([]), { cloud });
    await pagesOf(streamNamed(made, "users"), lastHour);
    expect(new URLSearchParams(server.asked[0]?.body).get("scope")).toBe(scope);
  });

  test("a certificate signs a statement for the sign-in service that its public key confirms", async () => {
    const pem = readFileSync(fileURLToPath(new URL("../fixtures/certificate.pem", import.meta.url)), "utf8");
    const server = await serve(({ path }) =>
      path.endsWith("/token") ? { body: { access_token: "token-1", expires_in: 3599 } } : list([]),
    );
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url, certificate: "env:PEM" }, { PEM: pem });
    await pagesOf(streamNamed(made, "users"), lastHour);
    const form = new URLSearchParams(server.asked[0]?.body);
    expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    expect(form.has("client_secret")).toBe(false);
    const verified = await jwtVerify(form.get("client_assertion") ?? "", new X509Certificate(pem).publicKey, {
      audience: `${server.url}/t-1/oauth2/v2.0/token`,
      issuer: "c-1",
      subject: "c-1",
      currentDate: new Date(testNow),
    });
    const thumbprint = createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url");
    expect(verified.protectedHeader).toMatchObject({ alg: "PS256", "x5t#S256": thumbprint });
  });

  test("a certificate that cannot be read is told without quoting it", async () => {
    const bad =
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----";
    await expect(connectTo({ certificate: "env:PEM" }, { PEM: bad })).rejects.toMatchObject({
      code: "configuration",
      message: expect.not.stringContaining("U0VDUkVU"),
    });
  });

  test("a token that is refused is renewed once and the same page asked for again", async () => {
    let given = 0;
    const server = await serve(({ path, headers }) => {
      if (path.endsWith("/token")) return { body: { access_token: `token-${++given}`, expires_in: 3599 } };
      return headers.authorization === "Bearer token-1"
        ? { status: 401, body: { error: { code: "InvalidAuthenticationToken", message: "expired" } } }
        : list([{ id: "a" }]);
    });
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    expect(await pagesOf(streamNamed(made, "sign-ins"), lastHour)).toMatchObject([{ records: [{ id: "a" }], cursor: null }]);
    expect(given).toBe(2);
  });

  test("credentials that are refused are told with the service's reason and without the secret", async () => {
    const server = await serve(() => ({
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "AADSTS7000215: Invalid client secret s3cret-of-the-test.\r\nTrace ID: 1",
      },
    }));
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    const asking = pagesOf(streamNamed(made, "users"), lastHour);
    await expect(asking).rejects.toMatchObject({ kind: "unauthorised", message: expect.stringContaining("AADSTS7000215") });
    await expect(asking).rejects.toMatchObject({ message: expect.not.stringContaining("s3cret") });
  });
});

describe("lists", () => {
  test("sign-ins are asked for oldest first, a thousand a page, both ends of the span included; each link is followed as it is", async () => {
    const { made, asked } = await graphThat(({ query }, url) => {
      if (query.get("$skiptoken") === "b%2F+") return list([{ id: "c" }]);
      // An empty page may lead on.
      return query.has("$skiptoken")
        ? list([], `${url}/v1.0/auditLogs/signIns?$skiptoken=b%252F%2B`)
        : list([{ id: "a" }], `${url}/v1.0/auditLogs/signIns?$skiptoken=x`);
    });
    const pages = await pagesOf(streamNamed(made, "sign-ins"), lastHour);
    expect(pages.map(({ records }) => records)).toEqual([[{ id: "a" }], [], [{ id: "c" }]]);
    expect(pages.at(-1)?.cursor).toBeNull();
    expect(Object.fromEntries(asked()[0]?.query ?? [])).toEqual({
      $filter: "createdDateTime ge 2026-11-22T10:00:00.000Z and createdDateTime le 2026-11-22T11:00:00.000Z",
      $orderby: "createdDateTime asc",
      $top: "1000",
    });
    expect(asked()[0]?.headers.prefer).toBe("include-unknown-enum-members");
  });

  test("a walk goes on from its cursor", async () => {
    const { made, asked } = await graphThat(({ query }, url) =>
      query.has("$skiptoken") ? list([{ id: "b" }]) : list([{ id: "a" }], `${url}/v1.0/auditLogs/signIns?$skiptoken=x`),
    );
    const stream = streamNamed(made, "sign-ins");
    const [first] = await pagesOf(stream, lastHour);
    expect(await pagesOf(stream, lastHour, first?.cursor ?? null)).toMatchObject([{ records: [{ id: "b" }] }]);
    expect(asked()).toHaveLength(3);
  });

  test("a link to another host is refused, and no token goes there", async () => {
    const stranger = await serve(() => list([{ id: "evil" }]));
    const { made } = await graphThat(() => list([{ id: "a" }], `${stranger.url}/v1.0/auditLogs/signIns?$skiptoken=x`));
    await expect(pagesOf(streamNamed(made, "sign-ins"), lastHour)).rejects.toMatchObject({ kind: "foreign-host" });
    expect(stranger.asked).toEqual([]);
  });

  test("a place that Graph no longer knows is told as lost", async () => {
    const { made } = await graphThat(({ query }, url) =>
      query.has("$skiptoken")
        ? { status: 400, body: { error: { code: "BadRequest", message: "Invalid Skip Token" } } }
        : list([{ id: "a" }], `${url}/v1.0/auditLogs/signIns?$skiptoken=x`),
    );
    await expect(pagesOf(streamNamed(made, "sign-ins"), lastHour)).rejects.toBeInstanceOf(CursorLost);
  });

  test("the answer to a question about another hour is not taken for an answer to this one", async () => {
    const { made } = await graphThat(() => list([{ id: "a", createdDateTime: "2026-11-22T08:59:00Z" }]));
    await expect(pagesOf(streamNamed(made, "sign-ins"), lastHour)).rejects.toMatchObject({ kind: "bad-answer" });
  });

  test("an answer that is no list is not read as nothing", async () => {
    const { made } = await graphThat(() => ({ body: { records: [] } }));
    await expect(pagesOf(streamNamed(made, "users"), lastHour)).rejects.toMatchObject({ kind: "bad-answer" });
  });

  test("a span behind what the tenant keeps, a partial answer and hidden risk are shortfalls, not silence", async () => {
    const { made } = await graphThat(({ path }) => {
      if (path.endsWith("/directoryAudits"))
        return { status: 400, body: { error: { code: "BadRequest", message: "Invalid filter clause" } } };
      if (path.endsWith("/riskyUsers")) return list([{ id: "u", riskLevel: "hidden" }]);
      return { status: 206, headers: { warning: '199 - "Microsoft/IPC/504/10000"' }, body: { value: [{ id: "d" }] } };
    });
    const told = async (id: string) =>
      (await pagesOf(streamNamed(made, id), lastHour)).flatMap(({ shortfalls = [] }) => shortfalls);
    expect(await told("directory-audits")).toEqual([
      expect.stringContaining("does not keep directory audits as far back as 2026-11-22T10"),
    ]);
    expect(await told("risky-users")).toEqual([expect.stringContaining("Entra ID P2")]);
    expect(await told("risk-detections")).toEqual([expect.stringContaining("Microsoft/IPC/504/10000")]);
  });

  test("a span that breaks the list is asked for in halves, a short one is given up", async () => {
    const { made } = await graphThat(() => ({ status: 504, body: { error: { code: "GatewayTimeout", message: "timeout" } } }));
    const stream = streamNamed(made, "sign-ins");
    await expect(pagesOf(stream, lastHour)).rejects.toBeInstanceOf(SliceTooLarge);
    await expect(pagesOf(stream, { from: lastHour.from, to: lastHour.from + hour / 2 })).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test("a missing licence and a missing permission are told apart", async () => {
    const { made } = await graphThat(({ path }) => ({
      status: 403,
      body: path.endsWith("/signIns")
        ? {
            error: {
              code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
              message: "Neither tenant is B2C or tenant doesn't have premium license",
            },
          }
        : { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges" } },
    }));
    await expect(pagesOf(streamNamed(made, "sign-ins"), lastHour)).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringContaining("Entra ID P1"),
    });
    await expect(pagesOf(streamNamed(made, "users"), lastHour)).rejects.toMatchObject({ kind: "forbidden" });
  });

  test("no slice is called covered beyond the vendor's present", async () => {
    const { made } = await graphThat(() => ({ ...list([]), headers: { date: new Date(testNow - 600_000).toUTCString() } }));
    const [page] = await pagesOf(streamNamed(made, "sign-ins"), { from: testNow - hour, to: testNow });
    // The Date header shows whole seconds.
    expect(Math.abs((page?.coveredTo ?? 0) - (testNow - 600_000))).toBeLessThanOrEqual(1000);
  });

  test("identity protection is asked once a second at most", async () => {
    const { made } = await graphThat(({ query }, url) => {
      const page = Number(query.get("$skiptoken") ?? 0);
      return page < 4 ? list([{ id: page }], `${url}/v1.0/identityProtection/riskyUsers?$skiptoken=${page + 1}`) : list([]);
    });
    await pagesOf(streamNamed(made, "risky-users"), lastHour);
    expect(made.waited()).toBeGreaterThanOrEqual(4000);
  });

  test("records of the directory are told the day on which they were asked for", async () => {
    const { made, asked } = await graphThat(() => list([{ id: "u", userPrincipalName: "a@x.example" }]));
    const pages = await pagesOf(streamNamed(made, "users"), lastHour);
    expect(pages[0]?.records).toEqual([{ $asked: "2026-11-22T00:00:00Z", id: "u", userPrincipalName: "a@x.example" }]);
    expect(asked()[0]?.query.get("$select")).toContain("onPremisesSecurityIdentifier");
    expect(asked()[0]?.query.get("$select")).toContain("proxyAddresses");
  });

  test("beta is asked only for the kinds of sign-in that the settings name", async () => {
    const { made, asked } = await graphThat(() => list([]), { betaSignIns: ["nonInteractiveUser"] });
    await pagesOf(streamNamed(made, "sign-ins"), lastHour);
    await pagesOf(streamNamed(made, "sign-ins-non-interactive"), lastHour);
    expect(asked().map(({ path }) => path)).toEqual(["/v1.0/auditLogs/signIns", "/beta/auditLogs/signIns"]);
    expect(asked()[1]?.query.get("$filter")).toContain("and signInEventTypes/any(t: t eq 'nonInteractiveUser')");
  });
});

describe("alerts and incidents", () => {
  const alert = (id: number, time: string) => ({ id: `al-${id}`, lastUpdateDateTime: time });
  // Seven digits, as Graph writes them: many share a moment, more than a page holds.
  const alerts = [
    ...Array.from({ length: 3 }, (_, index) => alert(index, "2026-11-22T10:00:00.0000001Z")),
    ...Array.from({ length: 7 }, (_, index) => alert(10 + index, "2026-11-22T10:10:00.0000005Z")),
    ...Array.from({ length: 2 }, (_, index) => alert(20 + index, "2026-11-22T10:20:00Z")),
  ];
  const pageSize = 3;

  /** A list that pages by $skip, as Graph's does, and refuses a $skip above 500. */
  const answer = ({ query }: Asked, url: string): Told => {
    const since = /ge (\S+)/.exec(query.get("$filter") ?? "")?.[1] ?? "";
    const digits = (time: string) => `${time.slice(0, 19)}${(/\.(\d+)/.exec(time)?.[1] ?? "").padEnd(7, "0")}`;
    const found = alerts.filter(({ lastUpdateDateTime }) => digits(lastUpdateDateTime) >= digits(since));
    const skip = Number(query.get("$skip") ?? 0);
    const next =
      skip + pageSize < found.length
        ? `${url}/v1.0/security/alerts_v2?$filter=${encodeURIComponent(`lastUpdateDateTime ge ${since}`)}&$skip=${skip + pageSize}`
        : undefined;
    return list(found.slice(skip, skip + pageSize), next);
  };

  test("every alert comes once: the question moves on with the records, and links are for one moment only", async () => {
    const { made, asked } = await graphThat(answer);
    const pages = await pagesOf(streamNamed(made, "alerts"), lastHour);
    expect(pages.flatMap(({ records }) => records)).toEqual(alerts);
    expect(Math.max(...asked().map(({ query }) => Number(query.get("$skip") ?? 0)))).toBeLessThanOrEqual(9);
    expect(asked().some(({ query }) => query.get("$filter")?.includes("ge 2026-11-22T10:10:00.0000005Z"))).toBe(true);
  });

  test("the walk goes on from any of its cursors without losing an alert", async () => {
    const { made } = await graphThat(answer);
    const stream = streamNamed(made, "alerts");
    const pages = await pagesOf(stream, lastHour);
    for (const [index, { cursor }] of pages.entries()) {
      if (cursor === null) continue;
      const before = pages.slice(0, index + 1).flatMap(({ records }) => records);
      const after = (await pagesOf(stream, lastHour, cursor)).flatMap(({ records }) => records);
      expect([...before, ...after]).toEqual(alerts);
    }
  });

  test("records in another order than asked for are asked for in halves", async () => {
    const { made } = await graphThat((_, url) =>
      list([...alerts].reverse().slice(0, 3), `${url}/v1.0/security/alerts_v2?$skip=3`),
    );
    await expect(pagesOf(streamNamed(made, "alerts"), lastHour)).rejects.toBeInstanceOf(SliceTooLarge);
  });

  test("where Graph refuses the order, answers that hold everything are taken as they come", async () => {
    const { made } = await graphThat(({ query }) =>
      query.has("$orderby")
        ? { status: 400, body: { error: { code: "BadRequest", message: "$orderby is not supported" } } }
        : list([...alerts].reverse()),
    );
    const [page] = await pagesOf(streamNamed(made, "alerts"), lastHour);
    expect(page).toMatchObject({ records: [...alerts].reverse(), cursor: null });
  });

  test("a refused $skip halves the slice, and in the shortest slice is told", async () => {
    const { made } = await graphThat(({ query }, url) =>
      query.has("$skip")
        ? {
            status: 400,
            body: { error: { code: "BadRequest", message: "The limit of '500' for Skip query has been exceeded." } },
          }
        : list(alerts.slice(3, 6), `${url}/v1.0/security/alerts_v2?$skip=501`),
    );
    const stream = streamNamed(made, "alerts");
    const at = Date.parse("2026-11-22T10:10:00Z");
    await expect(pagesOf(stream, { from: at, to: at + hour })).rejects.toBeInstanceOf(SliceTooLarge);
    const pages = await pagesOf(stream, { from: at, to: at + 60_000 });
    expect(pages.at(-1)?.shortfalls).toEqual([expect.stringContaining("2026-11-22T10:10:00.0000005Z")]);
  });

  test("what a record calls its time never becomes part of a question unless it is one", async () => {
    const evil = { id: "x", lastUpdateDateTime: "2026-11-22T10:30:00Z or true" };
    const { made, asked } = await graphThat(({ query }, url) =>
      query.has("$skip") ? list([]) : list([evil], `${url}/v1.0/security/alerts_v2?$skip=1`),
    );
    await pagesOf(streamNamed(made, "alerts"), lastHour);
    expect(asked().some(({ query }) => query.get("$filter")?.includes("or true"))).toBe(false);
  });

  test("incidents are asked for bare, fifty a page", async () => {
    const { made, asked } = await graphThat(() => list([]));
    await pagesOf(streamNamed(made, "incidents"), lastHour);
    expect(asked()[0]?.query.has("$expand")).toBe(false);
    expect(asked()[0]?.query.get("$top")).toBe("50");
  });
});

describe("advanced hunting", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Timestamp: "2026-11-22T10:00:00Z", ReportId: index }));
  const refusing = (status: number, message: string) => () => ({ status, body: { error: { code: "BadRequest", message } } });

  test("a table is asked for by time, oldest first, with a ceiling that shows when it is reached; rows carry the table's name", async () => {
    const { made, asked } = await graphThat(() => ({
      body: { Schema: [{ Name: "Timestamp", Type: "DateTime" }], Results: rows(2) },
    }));
    const pages = await pagesOf(streamNamed(made, "device-network-events"), lastHour);
    expect(pages).toMatchObject([
      {
        records: [
          { $table: "DeviceNetworkEvents", ReportId: 0 },
          { $table: "DeviceNetworkEvents", ReportId: 1 },
        ],
        cursor: null,
      },
    ]);
    expect(JSON.parse(asked()[0]?.body ?? "")).toEqual({
      Query:
        'DeviceNetworkEvents | where Timestamp >= datetime(2026-11-22T10:00:00.000Z) and Timestamp < datetime(2026-11-22T11:00:00.000Z) | order by Timestamp asc | take 100000 | extend SpoorAsked = "DeviceNetworkEvents 2026-11-22T10:00:00.000Z"',
      Timespan: "2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z",
    });
  });

  test("an answer that reaches the ceiling halves the slice, and in the shortest slice is told", async () => {
    const { made } = await graphThat(() => ({ body: { schema: [], results: rows(5) } }), { huntingRows: 5 });
    const stream = streamNamed(made, "email-events");
    await expect(pagesOf(stream, lastHour)).rejects.toBeInstanceOf(SliceTooLarge);
    const [page] = await pagesOf(stream, { from: lastHour.from, to: lastHour.from + 60_000 });
    expect(page?.records).toHaveLength(5);
    expect(page?.shortfalls).toEqual([expect.stringContaining("more than 5 rows")]);
  });

  test.each([
    [400, "Query execution has exceeded the allowed result size. Optimize your query by limiting the number of results."],
    [400, "The query timed out."],
    [413, ""],
    [504, ""],
  ])("%s %s halves the slice", async (status, message) => {
    const { made } = await graphThat(refusing(status, message));
    await expect(pagesOf(streamNamed(made, "device-events"), lastHour)).rejects.toBeInstanceOf(SliceTooLarge);
  });

  test("a query that is too slow over a quarter of an hour is given up, not cut to minutes", async () => {
    const { made } = await graphThat(refusing(504, ""));
    const quarter = { from: lastHour.from, to: lastHour.from + hour / 4 };
    await expect(pagesOf(streamNamed(made, "device-events"), quarter)).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("a table that the tenant does not have is out for good; a question that is refused is told with the reason", async () => {
    const { made } = await graphThat(({ body }) =>
      refusing(
        400,
        body.includes("EmailEvents")
          ? "'where' operator: Failed to resolve table or column expression named 'EmailEvents'"
          : "Syntax error",
      )(),
    );
    await expect(pagesOf(streamNamed(made, "email-events"), lastHour)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(pagesOf(streamNamed(made, "device-info"), lastHour)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("Syntax error"),
    });
  });

  test("rows that answer another question are not taken for an answer to this one", async () => {
    const { made } = await graphThat(() => ({
      body: { schema: [], results: [{ Timestamp: "2026-11-22T10:00:00Z", SpoorAsked: "EmailEvents 2026-11-22T10:00:00.000Z" }] },
    }));
    await expect(pagesOf(streamNamed(made, "device-info"), lastHour)).rejects.toMatchObject({ kind: "bad-answer" });
    const [page] = await pagesOf(streamNamed(made, "email-events"), lastHour);
    expect(page?.records).toEqual([{ $table: "EmailEvents", Timestamp: "2026-11-22T10:00:00Z" }]);
  });

  test("an answer without rows is not read as none", async () => {
    const { made } = await graphThat(() => ({ body: { schema: [] } }));
    await expect(pagesOf(streamNamed(made, "device-info"), lastHour)).rejects.toBeInstanceOf(VendorError);
  });

  test("no name of a table in the settings can carry a query", async () => {
    await expect(connectTo({ huntingTables: ["DeviceInfo | union EmailEvents"] })).rejects.toMatchObject({
      code: "configuration",
    });
  });
});

describe("the activity feed", () => {
  const settings = (url: string) => ({ activityUrl: url, activityFeed: ["Audit.Exchange"] });

  async function feedThat(answer: (asked: Asked, url: string) => Told) {
    const server = await serve((asked, url) =>
      asked.path.endsWith("/token")
        ? { body: { access_token: `token for ${new URLSearchParams(asked.body).get("scope")}`, expires_in: 3599 } }
        : answer(asked, url),
    );
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url, ...settings(server.url) });
    return {
      server,
      made,
      stream: streamNamed(made, "activity-exchange"),
      asked: () => server.asked.filter(({ path }) => !path.endsWith("/token")),
    };
  }

  const contents =
    (answerNext = true) =>
    (asked: Asked, url: string): Told => {
      if (asked.path.includes("/audit/")) return { body: [{ Id: asked.path.at(-1) }] };
      const isFirst = !asked.query.has("nextPage");
      const uris = (isFirst ? ["1", "2"] : ["3"]).map((id) => ({ contentUri: `${url}/api/v1.0/t-1/activity/feed/audit/${id}` }));
      return {
        body: uris,
        headers:
          isFirst && answerNext ? { nextpageuri: `${url}/api/v1.0/t-1/activity/feed/subscriptions/content?nextPage=2` } : {},
      };
    };

  test("contents are fetched page by page with a token of the feed's own", async () => {
    const { stream, asked } = await feedThat(contents());
    const pages = await pagesOf(stream, lastHour);
    expect(pages.flatMap(({ records }) => records)).toEqual([{ Id: "1" }, { Id: "2" }, { Id: "3" }]);
    expect(asked()[0]?.query.get("startTime")).toBe("2026-11-22T10:00:00");
    expect(new Set(asked().map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Bearer token for https://manage.office.com/.default"]),
    );
  });

  test("a walk goes on behind the content that was given last", async () => {
    const { stream } = await feedThat(contents());
    const pages = await pagesOf(stream, lastHour);
    const rest = await pagesOf(stream, lastHour, pages[0]?.cursor ?? null);
    expect(rest.flatMap(({ records }) => records)).toEqual([{ Id: "2" }, { Id: "3" }]);
  });

  test("a content on another host is not fetched", async () => {
    const stranger = await serve(() => ({ body: [] }));
    const { stream } = await feedThat(() => ({ body: [{ contentUri: `${stranger.url}/audit/1` }] }));
    await expect(pagesOf(stream, lastHour)).rejects.toMatchObject({ kind: "foreign-host" });
    expect(stranger.asked).toEqual([]);
  });

  test("a missing subscription is begun, and what it cannot give is told", async () => {
    const { stream, asked } = await feedThat(({ method }) =>
      method === "POST"
        ? { body: { contentType: "Audit.Exchange", status: "enabled" } }
        : { status: 400, body: { error: { code: "AF20022", message: "No subscription found for the specified content type" } } },
    );
    const pages = await pagesOf(stream, lastHour);
    const reason = expect.stringContaining("not subscribed");
    expect(pages).toMatchObject([
      { records: [], beginning: { at: expect.any(Number), reason } },
      { records: [], cursor: null },
    ]);
    expect(asked().at(-1)).toMatchObject({ method: "POST", path: "/api/v1.0/t-1/activity/feed/subscriptions/start" });
  });
});

describe("exports", () => {
  const name = (hours: string) => `insights-logs-signinlogs/tenantId=t-1/y=2026/m=11/d=22/h=${hours}/m=00/PT1H.json`;

  test("a folder is read hour by hour; the line that is being written waits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spoor-export-"));
    try {
      for (const [hours, content] of [
        ["09", '{"a":1}\n{"a":2}'],
        ["10", '{"a":3}\n{"a":'],
      ] as const) {
        mkdirSync(join(folder, name(hours), ".."), { recursive: true });
        writeFileSync(join(folder, name(hours)), content);
      }
      const downloads = mkdtempSync(join(folder, "downloads-"));
      const made = await connectTo({ export: { folder, logs: ["SignInLogs", "AuditLogs"] } }, undefined, downloads);
      const pages = await pagesOf(streamNamed(made, "export-signinlogs"), { from: testNow - 3 * hour, to: testNow });
      expect(pages.map(({ files }) => files?.map((file) => [file.name, readFileSync(file.path, "utf8")]))).toEqual([
        [[name("09"), '{"a":1}\n{"a":2}']],
        [[name("10"), '{"a":3}\n']],
        undefined,
      ]);
      const [only] = await pagesOf(streamNamed(made, "export-auditlogs"), { from: testNow - hour, to: testNow });
      expect(only?.shortfalls).toEqual([expect.stringContaining("insights-logs-auditlogs")]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("no part of the path in the settings leads out of the folder", async () => {
    for (const prefix of ["..", "a/../../b", "/etc", "a/"])
      await expect(connectTo({ export: { folder: "x", logs: ["SignInLogs"], prefix } })).rejects.toMatchObject({
        code: "configuration",
      });
    const made = await connectTo({
      export: { folder: "x", logs: ["SignInLogs"], prefix: "resourceId=/tenants/t-1".replace("/", "") },
    });
    expect(made.connection.streams.some(({ id }) => id === "export-signinlogs")).toBe(true);
  });

  test("a storage account is read through its signature, which is in no message", async () => {
    const downloads = mkdtempSync(join(tmpdir(), "spoor-export-"));
    try {
      const server = await serve(({ path }) =>
        path === `/${name("10")}` ? { body: '{"a":1}\n' } : { status: path.includes("h=11") ? 403 : 404 },
      );
      const accountUrl = `${server.url}/?sv=2021&sig=very%2Bsecret`;
      const made = await connectTo(
        { export: { accountUrl: "env:ACCOUNT", logs: ["SignInLogs"] } },
        { SECRET: "s3cret", ACCOUNT: accountUrl },
        downloads,
      );
      const stream = streamNamed(made, "export-signinlogs");
      const pages = await pagesOf(stream, { from: testNow - 3 * hour, to: testNow - hour });
      expect(pages.flatMap(({ files = [] }) => files.map((file) => file.name))).toEqual([name("10")]);
      expect(server.asked[0]?.query.get("sig")).toBe("very+secret");
      const refused = pagesOf(stream, { from: testNow - hour, to: testNow });
      await expect(refused).rejects.toMatchObject({ kind: "forbidden", message: expect.not.stringContaining("secret") });
    } finally {
      rmSync(downloads, { recursive: true, force: true });
    }
  });
});

describe("what is not there", () => {
  test("the cloud of China has no security interfaces, and says so", async () => {
    const made = await connectTo({ cloud: "china", activityFeed: ["Audit.General"], huntingTables: [] });
    const ids = made.connection.streams.map(({ id }) => id);
    expect(ids).toContain("sign-ins");
    expect(ids.filter((id) => /alerts|incidents|risk|device-/.test(id))).toEqual([]);
    expect(made.gaps().map(({ reason }) => reason)).toEqual([
      'the cloud "china" does not offer alerts, incidents, accounts at risk, signs of risk and advanced hunting',
      'the cloud "china" does not offer the Management Activity feed',
      expect.stringContaining("only interactive sign-ins"),
    ]);
  });

  test("doctor's questions name the permission that is missing and what is blind without it", async () => {
    const roles = ["AuditLog.Read.All", "SecurityAlert.Read.All", "ThreatHunting.Read.All"];
    const token = `x.${Buffer.from(JSON.stringify({ roles })).toString("base64url")}.x`;
    const server = await serve(({ path }) => {
      if (path.endsWith("/token")) return { body: { access_token: token, expires_in: 3599 } };
      if (path.endsWith("/runHuntingQuery")) return { body: { schema: [], results: [] } };
      return /signIns|directoryAudits|alerts_v2/.test(path)
        ? list([])
        : { status: 403, body: { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges" } } };
    });
    const { connection } = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    const checks = await connection.check();
    const state = Object.fromEntries(checks.map((check) => [check.what, check.state]));
    expect(state).toMatchObject({
      "sign-in": "ok",
      "AuditLog.Read.All": "ok",
      "ThreatHunting.Read.All": "ok",
      "IdentityRiskyUser.Read.All": "missing",
      "User.Read.All": "missing",
    });
    expect(checks.find(({ what }) => what === "IdentityRiskyUser.Read.All")).toMatchObject({
      blind: ["risky-users"],
      detail: expect.stringContaining("administrator's consent"),
    });
    expect(checks[0]?.detail).toBe("the token carries AuditLog.Read.All, SecurityAlert.Read.All, ThreatHunting.Read.All");
  });

  test("the activity feed and what is exported are tried as well", async () => {
    const downloads = mkdtempSync(join(tmpdir(), "spoor-check-"));
    try {
      const server = await serve(({ path }) => {
        if (path.endsWith("/token")) return { body: { access_token: "t", expires_in: 3599 } };
        if (path.endsWith("/subscriptions/list")) return { body: [{ contentType: "Audit.Exchange", status: "enabled" }] };
        return list([]);
      });
      const settings = { graphUrl: server.url, loginUrl: server.url, activityUrl: server.url, huntingTables: [] };
      const { connection } = await connectTo(
        { ...settings, activityFeed: ["Audit.Exchange", "Audit.General"], export: { folder: downloads, logs: ["EmailEvents"] } },
        undefined,
        downloads,
      );
      const checks = await connection.check();
      expect(checks.find(({ what }) => what === "Management Activity feed")).toMatchObject({
        state: "warning",
        detail: expect.stringContaining("subscribes to Audit.General"),
      });
      expect(checks.find(({ what }) => what === "exported logs")).toMatchObject({
        state: "warning",
        blind: ["export-emailevents"],
      });
    } finally {
      rmSync(downloads, { recursive: true, force: true });
    }
  });

  test("where the sign-in is refused everything is blind", async () => {
    const server = await serve(() => ({
      status: 400,
      body: { error: "unauthorized_client", error_description: "AADSTS700016: no such application." },
    }));
    const { connection } = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    const checks = await connection.check();
    expect(checks).toMatchObject([{ what: "sign-in", state: "missing", detail: expect.stringContaining("AADSTS700016") }]);
    expect(checks[0]?.blind).toHaveLength(connection.streams.length);
  });
});
