import { z } from "zod";

/** What a hunter can turn, with the defaults written once. */
export const parameters = z.object({
  countThreshold: z.number().int().min(4).default(10).describe("Fewest connections of a channel in the window."),
  timeThresholdSeconds: z
    .number()
    .positive()
    .default(60)
    .describe("Standard deviation of the intervals up to which they count as one rhythm in the notebook's rule."),
  // Discovery and address assignment on the local network, and time (NTP): steady by design on every machine.
  localPorts: z
    .array(z.number().int())
    .default([67, 68, 123, 137, 138, 546, 547, 1900, 3702, 5350, 5351, 5353, 5355])
    .describe("Destination ports that are never a channel."),
  // Name service, Kerberos, RPC mapper, NetBIOS, LDAP, SMB, SNMP, syslog, printing: polled by every machine of an estate.
  internalServicePorts: z
    .array(z.number().int())
    .default([53, 88, 111, 135, 139, 161, 162, 389, 445, 464, 514, 515, 631, 636, 2049, 3268, 3269, 9100])
    .describe("Destination ports that are never a channel when the destination is inside the estate."),
  // Ports that user machines speak to the Internet by habit: web, mail, remote shells, name service over TLS, messaging, push, calls, VPN.
  usualPorts: z
    .array(z.number().int())
    .default([
      20, 21, 22, 25, 53, 80, 110, 143, 443, 465, 500, 587, 853, 989, 990, 993, 995, 1194, 1883, 3478, 3479, 3480, 3481, 4500,
      5060, 5061, 5222, 5223, 5228, 5229, 5230, 8883, 19302,
    ])
    .describe("Destination ports that are not unusual outside the estate."),
  trustedDomains: z
    .array(z.string())
    .default([])
    .describe("Registered domains that count as well-known beside the built-in list."),
});
export type Parameters = z.infer<typeof parameters>;
