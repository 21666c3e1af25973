import { Hono } from "hono";
import { type Room, shutFor } from "../room.ts";
import { addAlerts } from "./alerts.ts";
import { addCases } from "./cases.ts";
import { addDevices } from "./devices.ts";
import { falconError } from "./envelope.ts";
import { addQueryJobs } from "./query-jobs.ts";

/** CrowdStrike's API: token, alerts, hosts, cases and query jobs; what was decommissioned is gone here too. */
export function falconApp(room: Room): Hono {
  const app = new Hono();
  app.onError((error) => falconError(room, 500, `internal server error: ${error.message}`));
  app.notFound(() => falconError(room, 404, "404: Page Not Found"));

  app.use(async (context, next) => {
    const { falconPerMinute } = room.limits;
    const shutMs = shutFor(room, "falcon", falconPerMinute, 60_000);
    const left = Math.max(0, falconPerMinute - (room.asked.get("falcon")?.length ?? 0));
    if (shutMs > 0) context.res = falconError(room, 429, "API rate limit exceeded.", retryAfter(room, shutMs));
    else await next();
    context.res.headers.set("X-RateLimit-Limit", String(falconPerMinute));
    context.res.headers.set("X-RateLimit-Remaining", String(left));
    context.res.headers.set("X-Cs-TraceId", room.random.uuid());
    context.res.headers.set("X-Cs-Region", "eu-1");
  });

  app.post("/oauth2/token", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const isForm = (context.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
    if (!isForm || !form.has("client_id") || !form.has("client_secret"))
      return falconError(room, 400, "bad request, missing client_id or client_secret");
    const { clientId, clientSecret, memberCid } = room.credentials.falcon;
    const isKnown = form.get("client_id") === clientId && form.get("client_secret") === clientSecret;
    if (!isKnown || (form.get("member_cid") ?? memberCid) !== memberCid)
      return falconError(room, 403, "access denied, authorization failed");
    const token = `falcon.${room.random.hex(64)}`;
    room.tokens.falcon.set(token, { expires: room.now() + room.limits.falconTokenSeconds * 1000, audience: "" });
    return Response.json(
      { access_token: token, expires_in: room.limits.falconTokenSeconds, token_type: "bearer" },
      { status: 201 },
    );
  });

  app.post("/oauth2/revoke", async (context) => {
    const { clientId, clientSecret } = room.credentials.falcon;
    const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    if (context.req.header("authorization") !== expected) return falconError(room, 403, "access denied, authorization failed");
    room.tokens.falcon.delete(new URLSearchParams(await context.req.text()).get("token") ?? "");
    return Response.json({ meta: { query_time: 0.01, trace_id: room.random.uuid() } });
  });

  app.use(async (context, next) => {
    const token = /^bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const known = room.tokens.falcon.get(token ?? "");
    if (known === undefined || known.expires <= room.now()) return falconError(room, 401, "access denied, invalid bearer token");
    const scope = scopes.find(({ path }) => path.test(context.req.path))?.scope;
    if (scope !== undefined && room.quirks.missingScopes.includes(scope))
      return falconError(room, 403, "access denied, authorization failed");
    await next();
    return undefined;
  });

  addAlerts(app, room);
  addDevices(app, room);
  addCases(app, room);
  addQueryJobs(app, room);
  return app;
}

/** The scopes of API clients, as the console names them. */
const scopes = [
  { path: /^\/alerts\//, scope: "Alerts: READ" },
  { path: /^\/devices\//, scope: "Hosts: READ" },
  { path: /^\/cases\//, scope: "Cases: READ" },
  { path: /^\/humio\//, scope: "NGSIEM: READ" },
];

function retryAfter(room: Room, shutMs: number): Record<string, string> {
  return { "X-RateLimit-RetryAfter": String(Math.ceil((room.now() + shutMs) / 1000)) };
}
