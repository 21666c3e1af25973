import { z } from "zod";
import { VendorError, type VendorErrorKind } from "../../../collect/http.ts";
import { onOneLine } from "../../../errors.ts";

/** An answer of the interfaces, whatever of it was missing or null. */
export interface Envelope {
  readonly resources: readonly unknown[];
  /** What the vendor complains of although it answered. */
  readonly errors: readonly Complaint[];
  readonly pagination: { readonly after: string | null; readonly next: string | null; readonly total: number | null };
}

export interface Complaint {
  readonly code: number | null;
  /** Untrusted text, cut short. */
  readonly message: string;
}

const text = z.string().min(1).nullable().catch(null);
const envelopeSchema = z.object({
  resources: z.array(z.unknown()).nullish(),
  errors: z.array(z.unknown()).nullish().catch(null),
  meta: z
    .object({
      pagination: z
        .object({ after: text, next: text, total: z.number().nullable().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
const complaintSchema = z.object({
  code: z.coerce.number().nullable().catch(null),
  message: z.coerce.string().catch("no reason given"),
});

/** Reads the envelope; throws VendorError "bad-answer" where there is none. */
export function envelopeOf(body: unknown, where: string): Envelope {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) throw new VendorError("bad-answer", `${where} gave something else than a list of resources`, { body });
  const { resources, errors, meta } = parsed.data;
  const { after = null, next = null, total = null } = meta?.pagination ?? {};
  return {
    resources: resources ?? [],
    errors: (errors ?? []).map((entry) => {
      const complaint = complaintSchema.safeParse(entry);
      return complaint.success
        ? { code: complaint.data.code, message: onOneLine(complaint.data.message, 200) }
        : { code: null, message: onOneLine(String(entry), 200) };
    }),
    pagination: { after, next, total },
  };
}

/** What an answer that holds nothing but complaints amounts to. */
export function refusalOf({ errors }: Envelope, where: string): VendorError {
  const code = errors[0]?.code ?? null;
  return new VendorError(
    kindOf(code),
    `${where} was answered with nothing but a complaint: ${told(errors)}`,
    code === null ? {} : { status: code },
  );
}

export function told(errors: readonly Complaint[]): string {
  const shown = errors.slice(0, 3).map(({ code, message }) => `"${message}"${code === null ? "" : ` (${code})`}`);
  return `${shown.join(", ")}${errors.length > 3 ? ` and ${errors.length - 3} more` : ""}`;
}

function kindOf(code: number | null): VendorErrorKind {
  if (code === 401) return "unauthorised";
  if (code === 403) return "forbidden";
  if (code === 429) return "limited";
  return code !== null && code >= 400 && code < 500 ? "refused" : "unavailable";
}
