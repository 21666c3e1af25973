import { type CollectContext, collector, type Stream, type VendorConnection } from "../../collect/collector.ts";
import { hourMs } from "../../time.ts";
import { activityCheck, activityStreams } from "./collect/activity-feed.ts";
import { auditLogStreams } from "./collect/audit-logs.ts";
import { checks, type OtherCheck } from "./collect/check.ts";
import { clouds } from "./collect/clouds.ts";
import { directoryStreams } from "./collect/directory.ts";
import { exportCheck, exportStreams, fromAccount, fromFolder } from "./collect/export.ts";
import type { Graph } from "./collect/graph.ts";
import { huntingStreams } from "./collect/hunting.ts";
import { riskStreams } from "./collect/risk.ts";
import { securityStreams } from "./collect/security.ts";
import { type Settings, settings } from "./collect/settings.ts";
import { signerOf, tokens } from "./collect/token.ts";

/** Entra ID, Defender XDR and Microsoft 365 through Microsoft Graph, the Management Activity feed, and what they export. */
export default collector({ id: "microsoft", name: "Microsoft Entra, Defender and Microsoft 365", settings, connect });

async function connect(given: Settings, context: CollectContext): Promise<VendorConnection> {
  const cloud = clouds[given.cloud];
  const graphUrl = given.graphUrl ?? cloud.graph;
  const proof = tokens(given, given.loginUrl ?? cloud.login, context, await signerOf(given, context));
  // A token is for the cloud's interface, whatever address it is reached at.
  const graph: Graph = { base: graphUrl, http: context.http, authorise: proof.authorise(cloud.graph), clock: context.clock };
  const bySlice = [
    // Hunting first: of a sign-in that both tell, the row with the session is stored.
    ...(cloud.hasSecurity ? huntingStreams(graph, given) : []),
    ...auditLogStreams(graph, given),
    ...(cloud.hasSecurity ? [...riskStreams(graph), ...securityStreams(graph)] : []),
  ];
  const parts = [...feed(given, context, (audience) => proof.authorise(audience)), ...(await exported(given, context))];
  const { sliceHours } = given;
  const offered = [
    ...bySlice.map((stream) => (sliceHours === undefined ? stream : { ...stream, sliceMs: sliceHours * hourMs })),
    ...directoryStreams(graph),
    ...parts.flatMap(({ streams }) => streams),
  ];
  const streams = offered.filter(({ id }) => !given.leaveOut.includes(id));
  tellWhatIsNotOffered(given, context);
  const others = parts.map((part) => ({ what: part.what, blind: part.streams.map(({ id }) => id), try: part.try }));
  return { streams, check: () => checks(graph, streams, () => proof.roles(cloud.graph), others) };
}

/** Streams that are not Graph's, and how to try whether they can be had. */
interface Part extends Pick<OtherCheck, "what" | "try"> {
  readonly streams: readonly Stream[];
}

function feed(given: Settings, context: CollectContext, authorise: (audience: string) => Graph["authorise"]): Part[] {
  const audience = clouds[given.cloud].activity;
  if (audience === null || given.activityFeed.length === 0) return [];
  const { http, clock } = context;
  const base = given.activityUrl ?? audience;
  const asked = { base, tenantId: given.tenantId, http, authorise: authorise(audience), clock };
  return [
    {
      what: "Management Activity feed",
      streams: activityStreams(asked, given.activityFeed),
      try: () => activityCheck(asked, given.activityFeed),
    },
  ];
}

async function exported(given: Settings, context: CollectContext): Promise<Part[]> {
  if (given.export === undefined) return [];
  const { folder, accountUrl, logs, retentionDays, prefix = `tenantId=${given.tenantId}` } = given.export;
  const fetchFile = folder === undefined ? fromAccount(await context.secret(accountUrl ?? ""), context.http) : fromFolder(folder);
  return [
    {
      what: "exported logs",
      streams: exportStreams(logs, prefix, retentionDays, fetchFile, context),
      try: () => exportCheck(logs, prefix, fetchFile, context, context.clock().getTime()),
    },
  ];
}

function tellWhatIsNotOffered(given: Settings, { gaps }: CollectContext): void {
  const cloud = clouds[given.cloud];
  const missing = [
    ...(cloud.hasSecurity ? [] : ["alerts, incidents, accounts at risk, signs of risk and advanced hunting"]),
    ...(cloud.activity === null && given.activityFeed.length > 0 ? ["the Management Activity feed"] : []),
  ];
  for (const what of missing)
    gaps.add({
      stage: "collect",
      part: "microsoft",
      kind: "not-evaluable",
      reason: `the cloud "${given.cloud}" does not offer ${what}`,
    });
  if (
    !given.betaSignIns.some((kind) => kind !== "interactiveUser") &&
    !given.huntingTables.includes("EntraIdSignInEvents") &&
    given.export === undefined
  )
    gaps.add({
      stage: "collect",
      part: "microsoft/sign-ins",
      kind: "not-evaluable",
      reason: "only interactive sign-ins are asked for: renewed sessions, service principals and managed identities are not seen",
    });
}
