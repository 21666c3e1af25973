import type { Channel } from "./channel.ts";
import type { Surroundings } from "./surroundings.ts";

/** Every technique that a finding can show. */
export const techniques = ["T1071", "T1071.001", "T1071.005", "T1573", "T1095", "T1571", "T1008"] as const;

const webPorts: ReadonlySet<number> = new Set([80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888]);
const publishPorts: ReadonlySet<number> = new Set([1883, 8883]);

/** What protocol, port and far end say of how the channel works. `hasFallback`: the host keeps another channel of the same period. */
export function techniquesOf(channel: Channel, around: Surroundings, hasFallback: boolean): string[] {
  const ports = channel.places.map((place) => place.port);
  const speaks = (name: string): boolean => channel.applications.some((application) => application.split(/[,;]/).includes(name));
  const isEncrypted = speaks("ssl") || speaks("tls") || ports.some((port) => port === 443 || port === 8443);
  const isWeb = speaks("http") || speaks("https") || isEncrypted || ports.some((port) => webPorts.has(port));
  const protocol =
    ports.some((port) => publishPorts.has(port)) || speaks("mqtt")
      ? "T1071.005"
      : isWeb
        ? "T1071.001"
        : channel.applications.length > 0
          ? "T1071"
          : "T1095";
  return [
    protocol,
    ...(isEncrypted ? ["T1573"] : []),
    // A service on a port that is not its own, or on one that no service has.
    ...(around.isUnusualPort || (isWeb && around.isAlternativeWebPort) ? ["T1571"] : []),
    ...(hasFallback ? ["T1008"] : []),
  ];
}
