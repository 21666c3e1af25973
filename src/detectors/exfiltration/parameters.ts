import { z } from "zod";

/** What a hunter can turn, with the defaults written once. */
export const parameters = z.object({
  byteThreshold: z
    .number()
    .int()
    .positive()
    .default(10 * 1024 * 1024)
    .describe("Bytes from one host to one address in the window from which the amount alone is worth a look (10 MiB)."),
  smallByteThreshold: z
    .number()
    .int()
    .positive()
    .default(64 * 1024)
    .describe("Bytes from which an unrecognised protocol on an unusual port is worth a look."),
  usualPorts: z
    .array(z.number().int())
    .default([
      20, 21, 22, 25, 53, 80, 110, 143, 443, 465, 500, 587, 853, 989, 990, 993, 995, 1194, 1883, 3478, 3479, 3480, 3481, 4500,
      5060, 5061, 5222, 5223, 5228, 5229, 5230, 8000, 8008, 8080, 8081, 8088, 8443, 8883, 8888, 19302,
    ])
    .describe("Destination ports that are not unusual."),
  mailServers: z
    .number()
    .int()
    .min(2)
    .default(10)
    .describe("A host that talks to so many mail servers outside is a mail server itself."),
  trustedDomains: z
    .array(z.string())
    .default([])
    .describe("Registered domains that uploads may go to, beside the built-in list."),
});
export type Parameters = z.infer<typeof parameters>;
