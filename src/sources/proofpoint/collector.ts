import { type CollectContext, collector, type VendorConnection } from "../../collect/collector.ts";
import { campaignStream } from "./collect/campaigns.ts";
import { checks } from "./collect/check.ts";
import { Forensics } from "./collect/forensics.ts";
import { LateCondemnations } from "./collect/late.ts";
import { peopleStream } from "./collect/people.ts";
import { type Settings, settings } from "./collect/settings.ts";
import { siemStream } from "./collect/siem.ts";
import { quotas, tapOf } from "./collect/tap.ts";

/** Proofpoint Targeted Attack Protection: condemned mail, clicks on it, the people it is aimed at, and the campaigns behind it. */
export default collector({ id: "proofpoint", name: "Proofpoint TAP", settings, connect });

async function connect(given: Settings, context: CollectContext): Promise<VendorConnection> {
  const limits = quotas(given);
  const tap = tapOf(given, await context.secret(given.secret), context);
  const late = new LateCondemnations();
  const forensics = new Forensics(tap, given.forensicsARun, context);
  const offered = [
    siemStream({ tap, quotas: limits, forensics, late }, context),
    peopleStream(
      {
        id: "very-attacked-people",
        name: "Very attacked people",
        path: "/v2/people/vap",
        size: 1000,
        quota: limits.veryAttacked,
      },
      given.peopleDays,
      tap,
    ),
    peopleStream(
      { id: "top-clickers", name: "Top clickers", path: "/v2/people/top-clickers", size: 200, quota: limits.topClickers },
      given.peopleDays,
      tap,
    ),
    campaignStream(tap, limits),
  ];
  const streams = offered.filter(({ id }) => !given.leaveOut.includes(id));
  context.gaps.add({
    stage: "collect",
    part: "proofpoint/siem",
    kind: "assumption",
    reason:
      "TAP tells of condemned mail and of clicks on condemned links only: no message and no click here is never evidence that there was none",
  });
  return {
    streams,
    check: () => checks(tap, limits, streams, context),
    close: () => {
      late.tell(context.gaps);
      return Promise.resolve();
    },
  };
}
