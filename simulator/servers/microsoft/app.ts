import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import type { VendorRecord } from "../../vendor-data.ts";
import { cursorFor, readCursor } from "../cursors.ts";
import { inOrder, type Order, type Place, pageAfter } from "../listing.ts";
import { type Room, shutFor } from "../room.ts";
import { textOf } from "../shelves.ts";
import { cloudResources } from "./clouds.ts";
import { type Collection, collections } from "./collections.ts";
import { graphError } from "./errors.ts";
import { addHunting } from "./hunting.ts";
import { readFilter } from "./odata.ts";

/** Microsoft Graph v1.0: lists with nextLink, single records, and advanced hunting. */
export function graphApp(room: Room): Hono {
  const app = new Hono();
  app.onError((error, context) => graphError(room, context, 500, "InternalServerError", error.message));
  app.notFound((context) => graphError(room, context, 400, "BadRequest", "Resource not found for the segment."));

  app.use(async (context, next) => {
    const token = /^bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const known = room.tokens.microsoft.get(token ?? "");
    if (known === undefined || known.expires <= room.now()) {
      return graphError(room, context, 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");
    }
    if (known.audience !== room.urls.microsoft && known.audience !== cloudResources[0]) {
      return graphError(room, context, 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.");
    }
    await next();
    if (!context.res.headers.has("request-id")) context.res.headers.set("request-id", room.random.uuid());
    context.res.headers.set(
      "client-request-id",
      context.req.header("client-request-id") ?? context.res.headers.get("request-id") ?? "",
    );
    return undefined;
  });

  for (const collection of collections) {
    app.get(`/v1.0${collection.path}`, (context) => guarded(room, context, collection) ?? listed(room, context, collection));
    app.get(`/v1.0${collection.path}/:id`, (context) => guarded(room, context, collection) ?? single(room, context, collection));
  }
  app.get("/v1.0/identityProtection/riskyUsers/:id/history", (context) => {
    const found = room.shelves.microsoft.riskyUsers.get(context.req.param("id"));
    return found === undefined ? notThere(room, context) : Response.json({ value: [shown(room, context, found)] });
  });
  addHunting(app, room);
  return app;
}

/** Refuses for want of permission or because too much was asked; undefined where neither is so. */
function guarded(room: Room, context: Context, { permissions, pool }: Collection): Response | undefined {
  if (permissions.every((permission) => room.quirks.missingScopes.includes(permission))) {
    return graphError(room, context, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }
  const { auditPer10Seconds, identityPerSecond, securityPerMinute } = room.limits;
  const limit = {
    audit: [auditPer10Seconds, 10_000],
    identity: [identityPerSecond, 1000],
    security: [securityPerMinute, 60_000],
    directory: null,
  }[pool];
  const [requests, perMs] = limit ?? [];
  if (requests === undefined || perMs === undefined) return undefined;
  const shutMs = shutFor(room, `graph ${pool}`, requests, perMs);
  if (shutMs === 0) return undefined;
  // Identity Protection does not say how long to wait; others do, in fractions too.
  const headers: Record<string, string> =
    pool === "identity" ? {} : { "retry-after": String(shutMs / 1000), "x-ms-throttle-scope": "Tenant_Application/ReadWrite" };
  return graphError(room, context, 429, "TooManyRequests", "Too many requests. Try again later.", headers);
}

function listed(room: Room, context: Context, collection: Collection): Response {
  const question = context.req.query();
  const refuse = (message: string) => graphError(room, context, 400, "BadRequest", message);
  const top = wholeNumber(question.$top, collection.defaultTop);
  if (!(top >= 1 && top <= collection.maximalTop))
    return refuse(`The limit of '${collection.maximalTop}' for Top query has been exceeded.`);
  const skip = wholeNumber(question.$skip, 0);
  if (question.$skip !== undefined && collection.maximalSkip === null) return refuse("'$skip' is not supported by the service.");
  if (!(skip <= (collection.maximalSkip ?? 0)))
    return refuse(`The limit of '${collection.maximalSkip}' for Skip query has been exceeded.`);
  const expandable = { incidents: "alerts", roleAssignments: "principal" };
  const expandableHere = Object.entries(expandable).find(([shelf]) => shelf === collection.shelf)?.[1];
  if (question.$expand !== undefined && question.$expand !== expandableHere)
    return refuse(`Could not find a property named '${question.$expand}'.`);
  // On large tenants incidents with their alerts never come (elastic/integrations#18144).
  if (question.$expand === "alerts" && room.quirks.expandFails)
    return graphError(room, context, 500, "InternalServerError", "An internal server error has occurred");
  const sorted = sortedList(room, collection, question.$filter ?? "", question.$orderby ?? "");
  if ("refused" in sorted) return refuse(sorted.refused);

  const bound = createHash("sha256")
    .update(JSON.stringify([collection.path, question.$filter, question.$orderby, question.$select]))
    .digest("hex")
    .slice(0, 16);
  const place =
    question.$skiptoken === undefined ? "start" : placeIn(readCursor(room, context.req.path, question.$skiptoken), bound);
  if (place === null) return graphError(room, context, 400, "BadRequest", "Invalid Skip Token");
  const { records, next } = pageAfter(room, sorted.records.slice(place === "start" ? skip : 0), sorted.order, place, top);
  return Response.json({
    "@odata.context": `${room.urls.microsoft}/v1.0/$metadata#${collection.path.slice(1)}`,
    ...(question.$count === "true" ? { "@odata.count": sorted.records.length } : {}),
    ...(next === null
      ? {}
      : { "@odata.nextLink": nextLink(room, context, cursorFor(room, context.req.path, { bound, place: next })) }),
    value: records.map((record) =>
      selected(expanded(room, shown(room, context, record), question.$expand), question.$select, collection),
    ),
  });
}

function sortedList(
  room: Room,
  collection: Collection,
  filter: string,
  orderBy: string,
): { readonly records: readonly VendorRecord[]; readonly order: Order } | { readonly refused: string } {
  const fits = filter === "" ? () => true : readFilter(filter, collection.filterRules);
  if (typeof fits !== "function") return { refused: fits.refused };
  const { retentionDays } = collection;
  const asked = [...filter.matchAll(/DateTime g[et] (\S+?Z)/gi)].map((match) => Date.parse(match[1] ?? ""));
  if (retentionDays !== null && asked.some((time) => time < room.now() - retentionDays * 86_400_000))
    return { refused: "Invalid filter clause" };
  const match = /^(\w+)(?: (asc|desc))?$/i.exec(orderBy);
  if (orderBy !== "" && match === null) return { refused: `Invalid $orderby: ${orderBy}` };
  const field = match?.[1] ?? collection.order.field;
  const order: Order = {
    of: (record) => textOf(record, field),
    key: (record) => textOf(record, "id"),
    isDescending: match === null ? collection.order.isDescending : match[2]?.toLowerCase() === "desc",
  };
  const shelf = room.shelves.microsoft[collection.shelf];
  return { records: shelf.remembered(`${filter}\n${orderBy}`, () => inOrder(shelf.all().filter(fits), order)), order };
}

function placeIn(content: Readonly<Record<string, unknown>> | null, bound: string): Place | "start" | null {
  if (content === null || content.bound !== bound) return null;
  if (content.place === "start") return "start";
  const [value, key] = Array.isArray(content.place) ? content.place : [];
  return typeof value === "string" && typeof key === "string" ? [value, key] : null;
}

/** The whole address of what follows: the same question, and a token that means nothing to anybody else. */
function nextLink(room: Room, context: Context, token: string): string {
  const url = new URL(context.req.url);
  const parts = [...url.searchParams]
    .filter(([name]) => name !== "$skiptoken" && name !== "$skip")
    .concat([["$skiptoken", token]]);
  const query = parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `${room.urls.microsoft}${url.pathname}?${query}`;
}

function single(room: Room, context: Context, collection: Collection): Response {
  const found = room.shelves.microsoft[collection.shelf].get(context.req.param("id") ?? "");
  return found === undefined
    ? notThere(room, context)
    : Response.json(selected(shown(room, context, found), context.req.query("$select"), collection));
}

function notThere(room: Room, context: Context): Response {
  return graphError(
    room,
    context,
    404,
    "Request_ResourceNotFound",
    "Resource does not exist or one of its queried reference-property objects are not present.",
  );
}

/** Sources of alerts that came to the enumeration after its "unknownFutureValue": told by name only to those who ask for it. */
const laterSources = new Set([
  "dataLossPrevention",
  "unknownFutureValue",
  "microsoftDefenderForCloud",
  "microsoftSentinel",
  "microsoftInsiderRiskManagement",
]);

/** A record as this tenant and this asker see it. */
function shown(room: Room, context: Context, record: VendorRecord): VendorRecord {
  const knowsLater = (context.req.header("prefer") ?? "").includes("include-unknown-enum-members");
  const isLater = typeof record.serviceSource === "string" && laterSources.has(record.serviceSource);
  const withSource = isLater && !knowsLater ? { ...record, serviceSource: "unknownFutureValue" } : record;
  if (room.quirks.hasP2 || !("riskLevel" in record)) return withSource;
  return { ...withSource, riskLevel: "hidden", riskDetail: "hidden" };
}

function expanded(room: Room, record: VendorRecord, expand: string | undefined): VendorRecord {
  const { alerts, users } = room.shelves.microsoft;
  if (expand === "alerts") return { ...record, alerts: alerts.all().filter((alert) => alert.incidentId === record.id) };
  if (expand !== "principal" || "principal" in record) return record;
  const user = users.get(textOf(record, "principalId"));
  return user === undefined ? record : { ...record, principal: { "@odata.type": "#microsoft.graph.user", ...user } };
}

function selected(record: VendorRecord, select: string | undefined, { defaultFields }: Collection): VendorRecord {
  const fields = select === undefined ? defaultFields : ["id", ...select.split(",").map((field) => field.trim())];
  return fields === null ? record : Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)));
}

function wholeNumber(text: string | undefined, none: number): number {
  return text === undefined ? none : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
