import { Hono } from "hono";
import type { Room } from "../room.ts";
import { addLookUps } from "./look-ups.ts";
import { addPeople } from "./people.ts";
import { addSiem } from "./siem.ts";

/** Proofpoint's TAP API: events that it condemned, people, campaigns, forensics. Refusals are plain text or nothing. */
export function tapApp(room: Room): Hono {
  const app = new Hono();
  app.onError((error) => new Response(error.message, { status: 500 }));
  app.notFound(() => new Response(null, { status: 404 }));
  app.use(async (context, next) => {
    const { principal, secret } = room.credentials.proofpoint;
    const expected = `Basic ${Buffer.from(`${principal}:${secret}`).toString("base64")}`;
    if (context.req.header("authorization") !== expected) return new Response(null, { status: 401 });
    await next();
    return undefined;
  });
  addSiem(app, room);
  addPeople(app, room);
  addLookUps(app, room);
  return app;
}
