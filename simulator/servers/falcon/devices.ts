import type { Context, Hono } from "hono";
import { z } from "zod";
import type { VendorRecord } from "../../vendor-data.ts";
import type { Room } from "../room.ts";
import { textOf } from "../shelves.ts";
import { falconAnswer, falconError } from "./envelope.ts";
import { cursorPage, sortedList, wholeNumber } from "./lists.ts";

/** Hosts: whole ones by opaque offset, ids by scroll or by number, whole ones by id, who logged in, which addresses they had. */
export function addDevices(app: Hono, room: Room): void {
  const list = { shelf: room.shelves.falcon.devices, key: "device_id" };
  const idsAsked = z.object({ ids: z.array(z.string()) });

  const walk = (context: Context, secondsToLive?: number) => {
    const { filter = "", sort = "", offset = "" } = context.req.query();
    const limit = wholeNumber(context.req.query("limit"), 100);
    if (!(limit <= 10_000)) return falconError(room, 400, "limit: should be less than or equal to 10000");
    const all = sortedList(list, filter, sort);
    if (all === null) return falconError(room, 400, "invalid filter expression supplied");
    const life = secondsToLive === undefined ? {} : { secondsToLive };
    const page = cursorPage(room, all, { path: context.req.path, filter, sort, cursor: offset, limit, ...life });
    if (page === null) return falconError(room, 400, "invalid offset pointer");
    return { ...page, limit, total: all.sorted.length };
  };

  app.get("/devices/combined/devices/v1", (context) => {
    const page = walk(context);
    if (page instanceof Response) return page;
    const fields = context.req.query("fields")?.split(",");
    const pagination = { total: page.total, limit: page.limit, offset: "", ...(page.next === null ? {} : { next: page.next }) };
    return falconAnswer(room, fields === undefined ? page.records : page.records.map((device) => only(device, fields)), {
      pagination,
    });
  });

  app.get("/devices/queries/devices-scroll/v1", (context) => {
    const page = walk(context, room.limits.scrollSeconds);
    if (page instanceof Response) return page;
    const expires = (room.now() + room.limits.scrollSeconds * 1000) * 1e6;
    const pagination = { total: page.total, limit: page.limit, offset: page.next ?? "", expires_at: expires };
    return falconAnswer(room, page.records.map(idOf), { pagination });
  });

  app.get("/devices/queries/devices/v1", (context) => {
    const { filter = "", sort = "" } = context.req.query();
    const limit = wholeNumber(context.req.query("limit"), 100);
    const offset = wholeNumber(context.req.query("offset"), 0);
    if (!(limit <= 5000) || !(offset + limit <= room.limits.falconWindow))
      return falconError(room, 400, "limit or offset out of range");
    const all = sortedList(list, filter, sort);
    if (all === null) return falconError(room, 400, "invalid filter expression supplied");
    return falconAnswer(room, all.sorted.slice(offset, offset + limit).map(idOf), {
      pagination: { offset, limit, total: all.sorted.length },
    });
  });

  app.post("/devices/entities/devices/v2", async (context) => {
    const body = idsAsked.safeParse(await context.req.json().catch(() => null));
    if (!body.success) return falconError(room, 400, "ids: is required");
    if (body.data.ids.length > 5000) return falconError(room, 413, "Request Entity Too Large");
    return falconAnswer(
      room,
      body.data.ids.flatMap((id) => list.shelf.get(id) ?? []),
    );
  });

  app.get("/devices/entities/devices/v2", (context) => {
    const ids = context.req.queries("ids") ?? [];
    if (ids.length === 0 || ids.length > 100) return falconError(room, 400, "ids: between 1 and 100 are needed");
    return falconAnswer(
      room,
      ids.flatMap((id) => list.shelf.get(id) ?? []),
    );
  });

  app.post("/devices/combined/devices/login-history/v2", async (context) => {
    const body = idsAsked.safeParse(await context.req.json().catch(() => null));
    if (!body.success || body.data.ids.length > 10) return falconError(room, 400, "ids: at most 10 are allowed");
    const logins = body.data.ids.flatMap((id) => {
      const device = list.shelf.get(id);
      const user = device?.last_login_user;
      const recent = typeof user === "string" ? [{ user_name: user, login_time: textOf(device ?? {}, "last_seen") }] : [];
      return device === undefined ? [] : [{ cid: textOf(device, "cid"), device_id: id, recent_logins: recent }];
    });
    return falconAnswer(room, logins);
  });

  app.post("/devices/combined/devices/network-address-history/v1", async (context) => {
    const body = idsAsked.safeParse(await context.req.json().catch(() => null));
    if (!body.success) return falconError(room, 400, "ids: is required");
    const histories = body.data.ids.flatMap((id) => {
      const device = list.shelf.get(id);
      if (device === undefined) return [];
      const address = {
        ip_address: textOf(device, "local_ip"),
        mac_address: textOf(device, "mac_address"),
        timestamp: textOf(device, "last_seen"),
      };
      return [{ cid: textOf(device, "cid"), device_id: id, history: [address] }];
    });
    return falconAnswer(room, histories);
  });
}

function idOf(device: VendorRecord): string {
  return textOf(device, "device_id");
}

function only(device: VendorRecord, fields: readonly string[]): VendorRecord {
  return Object.fromEntries(
    Object.entries(device).filter(([name]) => name === "device_id" || name === "cid" || fields.includes(name)),
  );
}
