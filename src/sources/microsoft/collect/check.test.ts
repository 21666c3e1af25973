import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connectTo, list, serve } from "./testing.ts";

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
