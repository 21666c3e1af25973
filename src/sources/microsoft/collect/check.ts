import type { Check, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { messageOf, SpoorError } from "../../../errors.ts";
import { explained, type Graph, listPage, listUrl, type Right } from "./graph.ts";
import { pools } from "./pools.ts";

/** The smallest question that needs a permission. */
interface Probe extends Right {
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
}

const top = { $top: "1" };
const probes: readonly Probe[] = [
  { permission: "AuditLog.Read.All", path: "/v1.0/auditLogs/signIns", options: top, pool: pools.auditLogs },
  {
    permission: "IdentityRiskyUser.Read.All",
    path: "/v1.0/identityProtection/riskyUsers",
    options: top,
    pool: pools.identityProtection,
  },
  {
    permission: "IdentityRiskEvent.Read.All",
    path: "/v1.0/identityProtection/riskDetections",
    options: top,
    pool: pools.identityProtection,
  },
  { permission: "SecurityAlert.Read.All", path: "/v1.0/security/alerts_v2", options: top, pool: pools.security },
  { permission: "SecurityIncident.Read.All", path: "/v1.0/security/incidents", options: top, pool: pools.security },
  { permission: "User.Read.All", path: "/v1.0/users", options: top, pool: pools.directory },
  { permission: "Device.Read.All", path: "/v1.0/devices", options: top, pool: pools.directory },
  {
    permission: "RoleManagement.Read.Directory",
    path: "/v1.0/roleManagement/directory/roleAssignments",
    options: {},
    pool: pools.directory,
  },
  { permission: "Policy.Read.All", path: "/v1.0/identity/conditionalAccess/namedLocations", options: {}, pool: pools.directory },
];
const huntingPermission = "ThreatHunting.Read.All";

// The clocks of a sign-in and of what it is compared with should agree to this.
const skewWorthTelling = 60_000;

/** A check of something that is not Graph's. */
export interface OtherCheck {
  readonly what: string;
  readonly blind: readonly string[];
  readonly try: () => Promise<Omit<Check, "blind">>;
}

/** Tries each permission that the streams need. `roles` are those that the token names; null where it shows none. */
export async function checks(
  graph: Graph,
  streams: readonly Stream[],
  rolesOf: () => Promise<readonly string[] | null>,
  others: readonly OtherCheck[],
): Promise<Check[]> {
  let roles: readonly string[] | null;
  try {
    roles = await rolesOf();
  } catch (cause) {
    return [{ what: "sign-in", ...stateOf(cause), blind: streams.map(({ id }) => id) }];
  }
  const needed = [...new Set(streams.map(({ permission }) => permission))];
  const found: Check[] = [{ what: "sign-in", state: "ok", detail: rolesSeen(roles), blind: [] }];
  for (const permission of needed) {
    const blind = streams.filter((stream) => stream.permission === permission).map(({ id }) => id);
    const outcome = await tried(graph, permission);
    if (outcome !== null) found.push(outcome === "ok" ? ok(permission, roles) : { what: permission, ...outcome, blind });
  }
  for (const other of others) {
    const outcome = await other.try().catch((cause: unknown) => ({ what: other.what, ...stateOf(cause) }));
    found.push({ ...outcome, blind: outcome.state === "ok" ? [] : other.blind });
  }
  return [...found, ...clock(graph)];
}

async function tried(graph: Graph, permission: string): Promise<"ok" | Pick<Check, "state" | "detail"> | null> {
  try {
    if (permission === huntingPermission) {
      await huntingProbe(graph);
      return "ok";
    }
    const probe = probes.find((each) => each.permission === permission);
    if (probe === undefined) return null;
    await listPage(graph, listUrl(graph, probe.path, probe.options), probe);
    return "ok";
  } catch (cause) {
    return stateOf(cause, permission);
  }
}

async function huntingProbe(graph: Graph): Promise<void> {
  await graph.http
    .json({
      method: "POST",
      url: `${graph.base}/v1.0/security/runHuntingQuery`,
      origin: new URL(graph.base).origin,
      pool: pools.hunting,
      authorise: graph.authorise,
      body: { Query: "DeviceInfo | take 1", Timespan: "P1D" },
    })
    .catch((cause: unknown) => {
      throw explained(cause);
    });
}

function ok(permission: string, roles: readonly string[] | null): Check {
  const isNamed = roles === null || roles.includes(permission);
  const detail = isNamed ? "granted" : "granted through a wider permission than is needed";
  return { what: permission, state: isNamed ? "ok" : "warning", detail, blind: [] };
}

function stateOf(cause: unknown, permission?: string): Pick<Check, "state" | "detail"> {
  // Whoever stopped the doctor is not told that the vendor is away.
  if (cause instanceof SpoorError && cause.code === "cancelled") throw cause;
  const isMissing = cause instanceof VendorError && (cause.kind === "forbidden" || cause.kind === "unauthorised");
  const isAnswered = cause instanceof VendorError && cause.status !== null && cause.status < 500;
  const advice =
    permission !== undefined && cause instanceof VendorError && cause.kind === "forbidden"
      ? `; give the application the permission ${permission}, with an administrator's consent`
      : "";
  return { state: isMissing ? "missing" : isAnswered ? "warning" : "unreachable", detail: messageOf(cause) + advice };
}

function rolesSeen(roles: readonly string[] | null): string {
  if (roles === null) return "the token does not show which permissions it carries";
  return roles.length === 0 ? "the token carries no application permission" : `the token carries ${roles.join(", ")}`;
}

function clock(graph: Graph): Check[] {
  const skew = graph.http.skewMs(new URL(graph.base).host);
  if (skew === null || Math.abs(skew) < skewWorthTelling) return [];
  const detail = `this machine's clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "behind" : "ahead of"} Microsoft's; set it right, or the newest records are missed until it is`;
  return [{ what: "clock", state: "warning", detail, blind: [] }];
}
