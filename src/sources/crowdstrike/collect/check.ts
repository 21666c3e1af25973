import { z } from "zod";
import type { Check, CollectContext, Stream } from "../../../collect/collector.ts";
import { clocksDifferMs, VendorError } from "../../../collect/http.ts";
import { messageOf } from "../../../errors.ts";
import { dayMs } from "../../../time.ts";
import { type Searcher, search } from "./query-job.ts";
import type { Replicator } from "./replicator.ts";
import type { Question, Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** Tries each permission with the smallest question that needs it. */
export async function checks(
  session: Session,
  { searcher, replicator }: { readonly searcher: Searcher | null; readonly replicator: Replicator | null },
  streams: readonly Stream[],
  settings: Pick<Settings, "events">,
  { signal }: Pick<CollectContext, "signal">,
): Promise<readonly Check[]> {
  const found: Check[] = [];
  const blindTo = (permission: string): string[] =>
    streams.filter((stream) => stream.permission === permission).map(({ id }) => id);
  const attempt = async (
    what: string,
    blind: readonly string[],
    remedy: string,
    work: () => Promise<string>,
  ): Promise<boolean> => {
    try {
      found.push({ what, state: "ok", detail: await work(), blind: [] });
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      found.push({ what, state: stateOf(thrown), detail: `${messageOf(thrown)}; ${remedy}`, blind });
      return false;
    }
  };
  const list = (question: Question) => async (): Promise<string> => {
    const { errors } = await session.list(question);
    return errors.length === 0 ? "it answers" : "it answers, with complaints";
  };

  const ofTheApi = streams.filter((stream) => stream.kind !== "queue").map(({ id }) => id);
  const isIn = await attempt(
    "client id and secret",
    ofTheApi,
    "look at clientId, clientSecret, cloud and the client's list of addresses",
    async () => {
      await session.signIn();
      return "Falcon gave a token";
    },
  );
  if (isIn) {
    const skew = session.skewMs();
    if (skew !== null && Math.abs(skew) > clocksDifferMs)
      found.push({
        what: "clocks",
        state: "warning",
        detail: `Falcon's clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} ours: set this machine's clock`,
        blind: [],
      });
    const grant = "give the API client this scope in the console";
    for (const { permission, question } of smallest)
      if (blindTo(permission).length > 0) await attempt(permission, blindTo(permission), grant, list(question));
    if (searcher !== null)
      await attempt("NGSIEM: READ and WRITE", blindTo("NGSIEM: READ and WRITE"), grant, () => canary(searcher));
  }
  if (replicator !== null)
    await attempt(
      "queue and bucket of the Data Replicator",
      [replicator.stream.id],
      "look at queueUrl, region and the key pair",
      async () => ((await replicator.check()).waits ? "messages wait" : "the queue answers, and is empty"),
    );
  if (settings.events === "none")
    found.push({
      what: "events of the sensors",
      state: "warning",
      detail: "neither the replicator nor searches are set up (events): Falcon shows alerts, hosts and cases only",
      blind: [],
    });
  return found;
}

const smallest: readonly { readonly permission: string; readonly question: Question }[] = [
  {
    permission: "Alerts: READ",
    question: {
      method: "POST",
      path: "/alerts/combined/alerts/v1",
      body: { filter: "", sort: "updated_timestamp|asc", limit: 1 },
    },
  },
  {
    permission: "Hosts: READ",
    question: { method: "GET", path: "/devices/combined/devices/v1", parameters: { limit: "1" } },
  },
  {
    permission: "Cases: READ",
    question: { method: "GET", path: "/cases/queries/cases/v1", parameters: { limit: "1" } },
  },
];

/** A search that must find something where sensors report: one that is not understood may be answered with nothing. */
async function canary(searcher: Searcher): Promise<string> {
  const to = searcher.session.now();
  const { rows } = await search(
    searcher,
    "#event_simpleName=* | tail(1)",
    { from: to - dayMs, to },
    { cap: 2, isDivisible: false },
  );
  const isEvent = z.object({ "#event_simpleName": z.string() }).safeParse(rows[0]).success;
  if (rows.length === 0)
    throw new VendorError("refused", `a search of ${searcher.repository} for any event of the last day found none`);
  if (!isEvent) throw new VendorError("refused", `a search of ${searcher.repository} gave something else than events of sensors`);
  return "a search found an event";
}

function stateOf(thrown: unknown): Check["state"] {
  if (!(thrown instanceof VendorError)) return "warning";
  if (thrown.kind === "forbidden" || thrown.kind === "unauthorised") return "missing";
  return thrown.kind === "unavailable" || thrown.kind === "limited" ? "unreachable" : "warning";
}
