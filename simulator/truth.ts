import { signInUid } from "./formats/entra.ts";
import { connectionUid } from "./formats/zeek.ts";
import type { Connection, SignIn } from "./occurrences.ts";

/** One step of an attack as it was done, for scoring what a hunt finds. */
export interface Step {
  readonly name: string;
  readonly text: string;
  readonly techniques: readonly string[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly devices: readonly string[];
  readonly users: readonly string[];
  /** Addresses and domains that a finding can name. */
  readonly source?: string;
  readonly destination?: string;
  readonly port?: number;
  readonly domain?: string;
  /** Ids under which the records of this step can be found in the logs. */
  readonly records: readonly string[];
}

/** A benign pair that resembles a step: a finding on it is a false one. */
export interface LookAlike {
  readonly resembles: "beaconing" | "exfiltration" | "lateral-movement" | "dns-tunnelling" | "unusual-sign-in";
  readonly text: string;
  readonly source: string | null;
  readonly destination: string | null;
}

export function uidsOf(connections: readonly Connection[]): string[] {
  return connections.map(connectionUid);
}

export function signInUids(signIns: readonly SignIn[]): string[] {
  return signIns.map(signInUid);
}
