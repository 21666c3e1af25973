import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connectTo, everything, falconThat, list, shortfallsOf, streamOf, testQuestions, thrownBy, walked } from "./testing.ts";

describe("cases", () => {
  const casesThat = (ids: readonly string[], known: readonly string[], pagination: Record<string, unknown>) =>
    falconThat(({ path, body }) =>
      path === "/cases/queries/cases/v1"
        ? list(ids, pagination)
        : list(
            z
              .array(z.string())
              .parse(body.ids)
              .flatMap((id) => (known.includes(id) ? [{ id }] : [])),
          ),
    );

  test("that were listed and did not come are asked for once more, then told", async () => {
    const vendor = await casesThat(["1", "2", "3"], ["1", "3"], { total: 3 });
    const pages = await walked(streamOf(await connectTo(vendor), "cases"));
    expect(pages.flatMap(({ records }) => records)).toEqual([{ id: "1" }, { id: "3" }]);
    expect(everything.slice(-2).map(({ body }) => body)).toEqual([{ ids: ["1", "2", "3"] }, { ids: ["2"] }]);
    expect(shortfallsOf(pages)).toEqual(["1 of 3 cases were listed and could not be had, 2 among them"]);
  });

  test("of which there are more than can be listed make the slice too large", async () => {
    const vendor = await casesThat([], [], { total: 10_001 });
    expect((await thrownBy(walked(streamOf(await connectTo(vendor), "cases")))).name).toBe("SliceTooLarge");
  });

  test("that go away while they are listed have them listed again", async () => {
    const vendor = await falconThat(({ path, ordinal }) =>
      path === "/cases/queries/cases/v1" ? list(["1"], { total: ordinal === 1 ? 900 : 899 }) : list([{ id: "1" }]),
    );
    expect((await thrownBy(walked(streamOf(await connectTo(vendor), "cases")))).name).toBe("CursorLost");
  });
});

testQuestions(7);
