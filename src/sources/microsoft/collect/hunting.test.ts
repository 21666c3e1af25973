import { describe, expect, test } from "vitest";
import { SliceTooLarge } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { hourMs } from "../../../time.ts";
import { connectTo, graphThat, lastHour, pagesOf, streamNamed } from "./testing.ts";

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
    const quarter = { from: lastHour.from, to: lastHour.from + hourMs / 4 };
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
