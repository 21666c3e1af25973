import { describe, expect, test } from "vitest";
import { type Asked, connectTo, lastHour, pagesOf, serve, streamNamed, type Told } from "./testing.ts";

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
