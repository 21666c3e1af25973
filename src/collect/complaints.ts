import { messageOf } from "../errors.ts";
import { VendorError, type VendorErrorKind } from "./http.ts";

export function kindOf(status: number): VendorErrorKind {
  if (status === 401) return "unauthorised";
  if (status === 403) return "forbidden";
  if (status === 429) return "limited";
  return status >= 500 || status === 408 ? "unavailable" : "refused";
}

export function meaning(kind: VendorErrorKind): string {
  if (kind === "unauthorised") return ": the credentials are not accepted";
  if (kind === "forbidden") return ": the permission is missing";
  return kind === "limited" ? ": the limit is reached" : "";
}

/** The last of many failures, with how long it was tried. */
export function gaveUp(error: VendorError, triedMs: number): VendorError {
  if (triedMs < 1000) return error;
  const span = triedMs < 120_000 ? `${Math.round(triedMs / 1000)} seconds` : `${Math.round(triedMs / 60_000)} minutes`;
  const details = { body: error.body, cause: error, ...(error.status === null ? {} : { status: error.status }) };
  return new VendorError(error.kind, `${error.message} (again and again, for ${span})`, details);
}

/** What a failed connection says, with the codes under it; lasting where asking again cannot help: a certificate that is not good. */
export function connectionComplaint(thrown: unknown): { text: string; isLasting: boolean } {
  const parts: string[] = [];
  for (let cause: unknown = thrown, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code =
      "code" in cause && typeof cause.code === "string" && !cause.message.includes(cause.code) ? ` (${cause.code})` : "";
    parts.push(`${cause.message}${code}`);
  }
  // The outermost says no more than that fetching failed.
  const telling = parts.length > 1 && parts[0] === "fetch failed" ? parts.slice(1) : parts;
  const text = telling.length === 0 ? messageOf(thrown) : telling.join(": ");
  return { text, isLasting: /CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME_INVALID/.test(text) };
}
