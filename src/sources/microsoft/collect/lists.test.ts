import { describe, expect, test } from "vitest";
import { CursorLost, SliceTooLarge } from "../../../collect/collector.ts";
import { hourMs } from "../../../time.ts";
import { graphThat, lastHour, list, pagesOf, serve, streamNamed, testNow } from "./testing.ts";

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
    await expect(pagesOf(stream, { from: lastHour.from, to: lastHour.from + hourMs / 2 })).rejects.toMatchObject({
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
    const [page] = await pagesOf(streamNamed(made, "sign-ins"), { from: testNow - hourMs, to: testNow });
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
