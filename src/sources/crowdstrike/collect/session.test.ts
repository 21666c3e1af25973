import { describe, expect, test } from "vitest";
import { json, testRoom, testVendor } from "../../../collect/testing.ts";
import { sessionOf, usableMs } from "./session.ts";
import { connectTo, falconThat, list, open, secret, streamOf, testQuestions, thrownBy, walked } from "./testing.ts";

describe("the token", () => {
  test("is asked for once, with the customer below ours, and renewed at four fifths of its life", async () => {
    const vendor = await falconThat(() => list([]));
    const memberCid = "0123456789abcdef0123456789abcdef";
    const connection = await connectTo(vendor, { memberCid });
    await walked(streamOf(connection, "alerts"));
    await walked(streamOf(connection, "devices"));
    connection.clock.now += 1000 * 0.8 * 1799 - 1;
    await walked(streamOf(connection, "devices"));
    const tokens = () => vendor.asked.filter(({ url }) => url === "/oauth2/token");
    expect(tokens().map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { client_id: "client-1", client_secret: secret, member_cid: memberCid },
    ]);
    connection.clock.now += 1;
    await walked(streamOf(connection, "devices"));
    expect(tokens()).toHaveLength(2);
    expect(vendor.asked.at(-1)?.headers.authorization).toBe("Bearer token-5");
  });

  test("that lives shortly is used for four fifths of its life, a longer one not in its last two minutes", () => {
    expect([10, 240, 300, 1799].map(usableMs)).toEqual([8000, 192_000, 180_000, 1_439_200]);
  });

  test("that is refused says what may be wrong, and nothing of the secret", async () => {
    const vendor = await testVendor(json({ errors: [{ code: 403, message: "access denied, authorization failed" }] }, 403));
    open.push(() => vendor.close());
    const thrown = await thrownBy(walked(streamOf(await connectTo(vendor), "alerts")));
    expect(thrown).toMatchObject({ name: "VendorError", kind: "unauthorised" });
    expect(thrown.message).toContain("not on the client's list");
    expect(`${thrown.message}${JSON.stringify(thrown)}`).not.toContain(secret);
  });

  test("is sought where X-Cs-Region says, among the known clouds only, and never away from an address that was set", async () => {
    const home = await testVendor(json({ access_token: "home", expires_in: 1799 }, 200));
    const first = await testVendor((request, response, ordinal) =>
      json({ access_token: "first" }, 201, { "X-Cs-Region": ordinal === 1 ? "eu-1" : "evil-1" })(request, response, ordinal),
    );
    open.push(
      () => home.close(),
      () => first.close(),
    );
    const clouds = { "us-1": first.origin, "us-2": "", "us-3": "", "eu-1": home.origin, "us-gov-1": "", "us-gov-2": "" };
    const sessionAt = (settings: { cloud: "auto" | "us-1"; baseUrl?: string }) => {
      const { http, state } = testRoom();
      return sessionOf({ clientId: "c", ...settings }, secret, { http, clock: () => new Date(state.now) }, clouds);
    };
    await sessionAt({ cloud: "auto" }).ask({ method: "GET", path: "/x" });
    expect(home.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/oauth2/token", undefined],
      ["/x", "Bearer home"],
    ]);
    await sessionAt({ cloud: "auto" }).ask({ method: "GET", path: "/unknown" });
    await sessionAt({ cloud: "us-1" }).ask({ method: "GET", path: "/named" });
    expect(first.asked.map(({ url }) => url).slice(1)).toEqual(["/oauth2/token", "/unknown", "/oauth2/token", "/named"]);
    expect(home.asked).toHaveLength(2);
  });
});

testQuestions(4);
