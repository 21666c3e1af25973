import { type CollectContext, collector, type VendorConnection } from "../../collect/collector.ts";
import { sleep } from "../../collect/sleep.ts";
import { alertStream } from "./collect/alerts.ts";
import { caseStream } from "./collect/cases.ts";
import { checks } from "./collect/check.ts";
import { deviceStream } from "./collect/devices.ts";
import { searchedStreams } from "./collect/events.ts";
import type { Searcher } from "./collect/query-job.ts";
import { replicatorOf } from "./collect/replicator.ts";
import { sessionOf } from "./collect/session.ts";
import { type Settings, settings } from "./collect/settings.ts";

/** CrowdStrike Falcon: alerts, hosts, cases, and what the sensors saw, from the Data Replicator or by searches. */
export default collector({ id: "crowdstrike", name: "CrowdStrike Falcon", settings, connect });

async function connect(given: Settings, context: CollectContext): Promise<VendorConnection> {
  const session = sessionOf(given, await context.secret(given.clientSecret), context);
  const { signal } = context;
  const searcher: Searcher | null =
    given.events === "queries" ? { session, repository: given.repository, sleep: context.sleep ?? sleep, signal } : null;
  const wanted = given.events === "replicator" ? given.replicator : undefined;
  const replicator =
    wanted === undefined
      ? null
      : replicatorOf(
          wanted,
          {
            accessKeyId: await context.secret(wanted.accessKeyId),
            secretAccessKey: await context.secret(wanted.secretAccessKey),
          },
          context,
        );
  const streams = [
    alertStream(session),
    deviceStream(session),
    caseStream(session),
    ...(searcher === null ? [] : searchedStreams(searcher, given)),
    ...(replicator === null ? [] : [replicator.stream]),
  ].filter(({ id }) => !given.leaveOut.includes(id));
  if (given.events === "none")
    context.gaps.add({
      stage: "collect",
      part: "crowdstrike",
      kind: "not-configured",
      reason:
        "events of Falcon's sensors are not collected (the setting events is none): no connection, name, process or logon is known from them",
    });
  return {
    streams,
    check: () => checks(session, { searcher, replicator }, streams, given, context),
    close: () => {
      replicator?.close();
      return Promise.resolve();
    },
  };
}
