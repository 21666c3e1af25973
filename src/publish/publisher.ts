import { SpoorError } from "../errors.ts";
import type { Publication } from "./publication.ts";

/** What became of one thing at one place; syslog and mail folders cannot tell more than that it was sent. */
export type Arrival = "written" | "unchanged" | "sent";

/** One thing for one place: a file, a message. */
export interface Parcel {
  /** "report.md", or the uid of a finding. */
  readonly name: string;
  /** Where it lies afterwards; for messages the place's name. Never with a secret in it. */
  readonly place: string;
  /** SHA-256 of what is compared: the same content has the same hash. */
  readonly sha256: string;
  readonly bytes: number;
  /** Brings it there. Rejects with SpoorError; with NoUseTrying where another try would end the same. */
  deliver(signal: AbortSignal): Promise<Arrival>;
}

/** A place to publish to. */
export interface Publisher {
  readonly name: string;
  /** True where nothing can be read back: what was sent before is known from our own record, and not sent again. */
  readonly isForgetful: boolean;
  /** Everything that the publication has for this place, the report first. */
  parcels(publication: Publication): Promise<readonly Parcel[]> | readonly Parcel[];
}

/** A place refused for good: wrong credentials, a missing bucket, a message too long. */
export class NoUseTrying extends SpoorError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super("publish-failed", message, options);
  }
}

/** A place that takes things, but not this one. */
export class ParcelRefused extends NoUseTrying {}
