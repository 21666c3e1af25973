import { describe, expect, test } from "vitest";
import { SliceTooLarge } from "../../../collect/collector.ts";
import { hourMs } from "../../../time.ts";
import { type Asked, graphThat, lastHour, list, pagesOf, streamNamed, type Told } from "./testing.ts";

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
    await expect(pagesOf(stream, { from: at, to: at + hourMs })).rejects.toBeInstanceOf(SliceTooLarge);
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
