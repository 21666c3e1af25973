import { askedDelay } from "../collect/retry-delay.ts";
import { messageOf } from "../errors.ts";

/** What went wrong with one try. */
export interface Fault {
  readonly kind: "timeout" | "overloaded" | "invalid";
  readonly reason: string;
  /** Asking the same again may help. */
  readonly isPassing: boolean;
  /** How long the vendor asks us to wait, in milliseconds; null when it does not say. */
  readonly waitMs: number | null;
  /** Turned away before the model read it, so that it cost nothing. */
  readonly isFree: boolean;
  readonly requestId: string | null;
}

/** As much of the SDK's errors as is needed; told by their shape, since each route's package may bring classes of its own. */
interface Reported {
  readonly name: string;
  readonly status: number | null;
  readonly type: string | null;
  readonly code: string | null;
  readonly said: string;
  readonly headers: Readonly<Record<string, string>>;
}

const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429]);
const passingTypes: ReadonlySet<string> = new Set(["overloaded_error", "rate_limit_error", "api_error", "timeout_error"]);
const whatItMeans: Readonly<Record<number, string>> = {
  401: "the key is not accepted",
  402: "the account cannot pay for it",
  403: "the key may not do this",
  404: "there is no such model or address",
  413: "the request is too large",
  429: "too many requests or tokens for this key",
  529: "the vendor is overloaded",
};

/** What an error of the SDK says; `now` in milliseconds, for waits that are given as a date. */
export function faultOf(thrown: unknown, now: number): Fault {
  const { name, status, type, code, said, headers } = reportedBy(thrown);
  const requestId = headers["request-id"] ?? null;
  const advice = headers["x-should-retry"];
  const waitMs = milliseconds(headers["retry-after-ms"]) ?? askedDelay(headers, now);
  if (status !== null) {
    const isPassing = advice === undefined ? status >= 500 || passingStatuses.has(status) : advice === "true";
    const kind = status >= 500 || passingStatuses.has(status) ? "overloaded" : "invalid";
    const meaning = whatItMeans[status] ?? (kind === "overloaded" ? "the vendor cannot answer now" : "the request was refused");
    const reason = `${meaning} (${[status, code ?? type].filter((part) => part !== null).join(" ")})${said === "" ? "" : `: ${said}`}`;
    // 5xx of a gateway may come after the model worked.
    return { kind, reason, isPassing, waitMs, isFree: status < 500 || status === 529, requestId };
  }
  const passing = (reason: string): Fault => ({
    kind: "overloaded",
    reason,
    isPassing: true,
    waitMs,
    isFree: isUnreachable(thrown),
    requestId,
  });
  if (type !== null)
    return passingTypes.has(type)
      ? passing(`the vendor broke the answer off (${type})`)
      : {
          kind: "invalid",
          reason: `the vendor broke the answer off (${type})`,
          isPassing: false,
          waitMs,
          isFree: false,
          requestId,
        };
  if (name === "APIConnectionTimeoutError")
    return { kind: "timeout", reason: "no answer began in time", isPassing: false, waitMs, isFree: false, requestId };
  if (name === "APIConnectionError") return passing(`the connection failed (${connectionCause(thrown)})`);
  if (name !== "SyntaxError" && /without producing|ended before|^terminated$/.test(messageOf(thrown)))
    return passing("the answer was cut short");
  return { kind: "invalid", reason: "the answer cannot be read", isPassing: false, waitMs, isFree: false, requestId };
}

function reportedBy(thrown: unknown): Reported {
  const of = (name: string): unknown =>
    typeof thrown === "object" && thrown !== null ? Object.entries(thrown).find(([key]) => key === name)?.[1] : undefined;
  const textOf = (name: string): string | null => {
    const value = of(name);
    return typeof value === "string" ? value : null;
  };
  const [status, headers] = [of("status"), of("headers")];
  return {
    name: thrown instanceof Error ? thrown.name : "",
    status: typeof status === "number" ? status : null,
    type: textOf("type"),
    code: textOf("errorCode"),
    said: textOf("apiMessage") ?? "",
    headers: headers instanceof Headers ? Object.fromEntries(headers) : {},
  };
}

function milliseconds(text: string | undefined): number | null {
  const number = Number(text ?? Number.NaN);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

const unreachable: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Nothing was sent at all. */
function isUnreachable(thrown: unknown): boolean {
  return unreachable.has(connectionCause(thrown));
}

/** The code of the system's error at the bottom; its messages name addresses, which may be of the house. */
function connectionCause(thrown: unknown): string {
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++)
    if ("code" in error && typeof error.code === "string" && /^[A-Z0-9_]{1,60}$/.test(error.code)) return error.code;
  return "no more is known";
}
