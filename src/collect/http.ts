/**
 * Questions over HTTP as vendors want them asked: tried again with patience while that can help, within their limits, never at a host
 * that was not configured, and with nothing secret in what is told of them. See http-client.ts for what does it.
 */
export interface HttpClient {
  /** Asks for JSON. Rejects with VendorError, or as cancelled. */
  json(request: HttpRequest): Promise<JsonAnswer>;
  /** Downloads to a file, checked against the length that was announced. Rejects with VendorError, or as cancelled. */
  download(request: HttpRequest, path: string): Promise<{ readonly bytes: number }>;
  /** How far the vendor's clock is ahead of ours by its last answer, in milliseconds; null before the first. */
  skewMs(host: string): number | null;
}

/** Clocks that are further apart than this, in milliseconds, are told of and reckoned with. */
export const clocksDifferMs = 60_000;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, URLSearchParams as a form. */
  readonly body?: Readonly<Record<string, unknown>> | URLSearchParams;
  /** Gives the headers that prove who asks; asked anew (`refused` true) once after a 401. */
  readonly authorise?: (refused: boolean) => Promise<Readonly<Record<string, string>>>;
  /** The scheme, host and port that this question may go to; any other is refused before anything is sent. */
  readonly origin: string;
  /** The vendor's limit that this question counts against; see Pool. */
  readonly pool: Pool;
  /** Statuses that are answers, beside 2xx: the caller reads them itself. */
  readonly accept?: readonly number[];
  /** Longest answer in bytes; default 64 MiB, for downloads 8 GiB. A longer one rejects as too-large. */
  readonly maxBytes?: number;
  /** How long all tries together may take, in milliseconds; default 15 minutes. */
  readonly deadlineMs?: number;
  /** How long the vendor may think before its answer begins, in milliseconds; default one minute. */
  readonly headersMs?: number;
}

/** A vendor's limit: so many questions in so long a time, and so many at once. */
export interface Pool {
  readonly name: string;
  readonly requests: number;
  readonly perMs: number;
  readonly atOnce: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the answer was empty; whole numbers beyond 2^53 are text (exact-json.ts); text where an accepted or refused answer is not JSON. */
  readonly body: unknown;
}

export type VendorErrorKind =
  /** 401 after the credentials were renewed, or the credentials themselves refused. */
  | "unauthorised"
  /** 403: the permission is missing. */
  | "forbidden"
  /** 400, 404, 410, 413, 422: the question itself; never asked again. */
  | "refused"
  /** 429 until the deadline. */
  | "limited"
  /** 5xx, no connection, a stall, until the deadline. */
  | "unavailable"
  /** Not JSON, cut short, until the deadline. */
  | "bad-answer"
  | "too-large"
  /** A link to another host. */
  | "foreign-host";

/** A vendor did not give what was asked for. The message names method, host and path, never headers, queries or bodies sent. */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly kind: VendorErrorKind;
  readonly status: number | null;
  /** What the vendor said, parsed where it was JSON; untrusted text. */
  readonly body: unknown;
  constructor(kind: VendorErrorKind, message: string, details: { status?: number; body?: unknown; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.body = details.body;
  }
}
