import {
  Client,
  type Context,
  HTTPMessageHandler,
  type Middleware,
  PageIterator,
  RetryHandler,
} from "@microsoft/microsoft-graph-client";
import { FalconClient } from "crowdstrike-falcon";
import { expect, test } from "vitest";
import { z } from "zod";
import { faultRow } from "./fault-rows.ts";
import { plainRecords } from "./records.ts";
import type { VendorCredentials } from "./room.ts";
import { serveVendors } from "./serve.ts";

// Clients that others wrote, against our servers: what we misunderstood of the APIs, they would not share.

const now = Date.parse("2026-11-05T12:00:00Z");
const credentials: VendorCredentials = {
  falcon: { clientId: "falcon-client", clientSecret: "falcon-secret" },
  microsoft: { tenantId: "tenant", clientId: "graph-client", clientSecret: "graph-secret" },
  proofpoint: { principal: "tap-principal", secret: "tap-secret" },
};
const data = (count: number) => plainRecords({ seed: 3, from: now - 86_400_000, to: now - 120_000, count });

/** CrowdStrike's client knows its clouds alone: what it asks of one of them goes to our server. */
function falconClient(url: string): FalconClient {
  const { clientId, clientSecret } = credentials.falcon;
  const fetchApi = (asked: Parameters<typeof fetch>[0], init?: RequestInit) =>
    fetch(addressOf(asked).replace("https://api.eu-1.crowdstrike.com", url), init);
  return new FalconClient({ cloud: "eu-1", clientId, clientSecret, fetchApi });
}

test("CrowdStrike's npm client pages 2,500 alerts without loss, and all hosts by scroll", async () => {
  const estate = data(2500);
  const vendors = await serveVendors({ data: estate, clock: () => new Date(now), credentials });
  try {
    const { alerts, hosts } = falconClient(vendors.falcon.url);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const { resources, meta } = await alerts.postCombinedAlertsV1({
        limit: 1000,
        sort: "updated_timestamp|asc",
        ...(after === undefined ? {} : { after }),
      });
      found.push(...resources.map(({ compositeId }) => compositeId));
      after = meta.pagination?.after;
    } while (after !== undefined);
    expect(found).toHaveLength(2500);
    expect([...found].sort()).toEqual(estate.falcon.alerts.map((alert) => String(alert.composite_id)).sort());

    const ids: string[] = [];
    let offset = "";
    do {
      const { resources, meta } = await hosts.queryDevicesByFilterScroll(offset, 60);
      ids.push(...resources);
      offset = meta.pagination?.offset ?? "";
    } while (offset !== "");
    expect([...ids].sort()).toEqual(estate.falcon.devices.map((device) => String(device.device_id)).sort());
  } finally {
    await vendors.close();
  }
});

function addressOf(asked: Parameters<typeof fetch>[0]): string {
  return typeof asked === "string" ? asked : asked instanceof URL ? asked.href : asked.url;
}

const graphHost = "https://graph.microsoft.com";

/** The client sends its token over https alone, and takes no other links: a proxy to our server, in the client's own chain. */
class ToOurServer implements Middleware {
  private next: Middleware | null = null;
  private readonly url: string;
  private readonly token: string;
  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }
  setNext(next: Middleware): void {
    this.next = next;
  }
  async execute(context: Context): Promise<void> {
    context.request = String(context.request).replace(graphHost, this.url);
    context.options = { ...context.options, headers: { authorization: `Bearer ${this.token}` } };
    await this.next?.execute(context);
    const { response } = context;
    if (response === undefined) return;
    const text = (await response.text()).replaceAll(this.url, graphHost);
    context.response = new Response(text, { status: response.status, headers: response.headers });
  }
}

test("Microsoft's Graph client follows nextLinks through all sign-ins, and waits as a 429 says", async () => {
  const estate = data(300);
  const vendors = await serveVendors({
    data: estate,
    clock: () => new Date(),
    credentials,
    faults: {
      ...faultRow(3),
      rules: faultRow(3).rules.filter(({ vendor, on }) => vendor === "microsoft" && Array.isArray(on) && on[0] === 1),
      limits: { largestPage: 70, auditPer10Seconds: 1000 },
    },
  });
  try {
    const { clientId, clientSecret = "" } = credentials.microsoft;
    const answer = await fetch(`${vendors.microsoft.loginUrl}/tenant/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope: "https://graph.microsoft.com/.default",
      }),
    });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());
    const [retry, proxy, send] = [new RetryHandler(), new ToOurServer(vendors.microsoft.url, token), new HTTPMessageHandler()];
    retry.setNext(proxy);
    proxy.setNext(send);
    const client = Client.initWithMiddleware({ middleware: retry });
    const found: string[] = [];
    const first = await client.api("/auditLogs/signIns").orderby("createdDateTime asc").top(100).get();
    const pages = new PageIterator(client, first, (signIn: { id: string }) => {
      found.push(signIn.id);
      return true;
    });
    await pages.iterate();
    expect([...found].sort()).toEqual(estate.microsoft.signIns.map(({ id }) => String(id)).sort());
    const statuses = vendors
      .requests()
      .filter(({ path }) => path.endsWith("/signIns"))
      .map(({ status }) => status);
    expect(statuses).toEqual([429, 200, 200, 200, 200, 200]);
  } finally {
    await vendors.close();
  }
});
