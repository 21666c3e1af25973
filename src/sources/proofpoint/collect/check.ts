import type { Check, CollectContext, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { minuteMs } from "../../../time.ts";
import { intervalText, shortestMs } from "./interval.ts";
import type { Quotas, Tap } from "./tap.ts";

/** The smallest question proves the credential; TAP has no permissions beside it. The ledger says what is left of the day. */
export async function checks(
  tap: Tap,
  quotas: Quotas,
  streams: readonly Stream[],
  context: Pick<CollectContext, "callsInLastDay">,
): Promise<Check[]> {
  const blind = streams.map(({ id }) => id);
  const to = tap.now() - 2 * minuteMs;
  const query = [
    ["format", "json"],
    ["interval", intervalText({ from: to - shortestMs, to })],
  ] as const;
  const what = "the service credential";
  try {
    await tap.ask({ quota: quotas.siem, path: "/v2/siem/all", query, accept: [400] });
  } catch (cause) {
    if (!(cause instanceof VendorError)) throw cause;
    return [{ what, ...verdict(cause), blind }];
  }
  const spent = await context.callsInLastDay(quotas.siem.pool.name);
  const left = Math.max(0, quotas.siem.perDay - spent);
  const enough: Check = {
    what: "calls left of the day",
    state: left < 168 ? "warning" : "ok",
    detail:
      left < 168
        ? `${left} of ${quotas.siem.perDay}: seven days take 168; what does not fit comes with later runs`
        : `${left} of ${quotas.siem.perDay}`,
    blind: [],
  };
  return [{ what, state: "ok", detail: "TAP accepts it", blind: [] }, enough];
}

function verdict(error: VendorError): Pick<Check, "state" | "detail"> {
  switch (error.kind) {
    case "unauthorised":
    case "forbidden":
      return {
        state: "missing",
        detail: `${error.message}; make a credential in the TAP dashboard (Settings, Connected Applications), and put its principal and secret into collect.proofpoint`,
      };
    case "limited":
      return { state: "warning", detail: `${error.message}; another program may use the same principal` };
    default:
      return { state: "unreachable", detail: `${error.message}; check baseUrl, proxy and firewall` };
  }
}
