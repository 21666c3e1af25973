import { SpoorError } from "../errors.ts";
import { canonicalJson } from "../findings/canonical-json.ts";
import { toOcsf } from "../findings/ocsf.ts";
import { digest } from "../objects/folder.ts";
import type { Finding } from "../types.ts";
import { cefOf } from "./cef.ts";
import { NoUseTrying, ParcelRefused, type Publisher } from "./publisher.ts";
import { isTooLong, isUntrusted, type SyslogAddress, sendSyslog, syslogMessage } from "./syslog.ts";

export interface StreamEffects {
  readonly clock: () => Date;
  readonly hostname: string;
  /** Of this program. */
  readonly version: string;
}

/** Sends each finding at or above the alert line as a syslog message: its OCSF record, or CEF. */
export function syslogPublisher(address: SyslogAddress, format: "ocsf" | "cef", effects: StreamEffects): Publisher {
  const { clock, hostname, version } = effects;
  const textOf = (finding: Finding): string =>
    format === "cef" ? cefOf(finding, version) : canonicalJson(toOcsf(finding, { activity: "Create", version }));
  const name = format === "cef" ? address.name.replace("syslog", "cef") : address.name;
  return {
    name,
    isForgetful: true,
    parcels: ({ alerts }) =>
      alerts.map((finding) => {
        const text = textOf(finding);
        const { uid, severity } = finding;
        return {
          name: uid,
          place: name,
          sha256: digest(Buffer.from(text)),
          bytes: Buffer.byteLength(text),
          async deliver(signal) {
            const message = syslogMessage({ severity, time: clock(), hostname, id: uid, text });
            try {
              await sendSyslog(message, address, signal);
              return "sent";
            } catch (cause) {
              if (isTooLong(cause))
                throw new ParcelRefused(`${name}: ${message.byteLength} bytes are too many for a datagram`, {
                  hint: "Use syslog+tcp:// or syslog+tls://.",
                  cause,
                });
              if (isUntrusted(cause))
                throw new NoUseTrying(`${name}: its certificate is not to be trusted (${codeOf(cause)}); nothing was sent`, {
                  hint: "Check the name in the address, and the file of your own authority in NODE_EXTRA_CA_CERTS.",
                  cause,
                });
              throw new SpoorError("publish-failed", `${name} does not take it (${codeOf(cause)})`, {
                hint: "Check the address, the port and the connection.",
                cause,
              });
            }
          },
        };
      }),
  };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "the connection failed";
}
