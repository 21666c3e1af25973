import { z } from "zod";
import { baseUrl } from "../../../collect/origin.ts";
import { secretReference } from "../../../collect/secrets.ts";
import { cloudNames } from "./clouds.ts";

/** What may stand under `collect.crowdstrike`. Secrets are references, never values. */
export const settings = z
  .strictObject({
    clientId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "it must be the client id that the console gave" }),
    clientSecret: secretReference,
    /** auto: begin at us-1 and go where the answer says; the government's clouds must be named. */
    cloud: z.enum(["auto", ...cloudNames]).default("auto"),
    baseUrl: baseUrl.optional(),
    /** Of a tenant below one's own, for those who look after several. */
    memberCid: z
      .string()
      .regex(/^[0-9a-fA-F]{32}(?:-[0-9a-fA-F]{2})?$/, { error: "it must be a customer id of 32 hexadecimal digits" })
      .optional(),
    /** Streams that shall not be asked for, by id. */
    leaveOut: z.array(z.string()).default([]),
    /** Where the sensors' events come from: the Data Replicator's queue, searches in Next-Gen SIEM, or nowhere. */
    events: z.enum(["replicator", "queries", "none"]).default("none"),
    replicator: z
      .strictObject({
        queueUrl: baseUrl,
        region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: "it must be a region such as us-west-1" }),
        accessKeyId: secretReference,
        secretAccessKey: secretReference,
        sqsEndpoint: baseUrl.optional(),
        s3Endpoint: baseUrl.optional(),
        /** How long a message stays hidden from others; it is hidden on while we work at it. */
        visibilitySeconds: z.number().int().min(10).max(43_200).default(300),
        /** How long to wait for a message before the queue counts as empty. */
        waitSeconds: z.number().int().min(0).max(20).default(5),
        /** Messages taken in one run; the next goes on. */
        messagesAtMost: z.number().int().positive().default(20_000),
      })
      .optional(),
    /** Searches only: connections one by one, or counted by the hour where there are too many. */
    networkEvents: z.enum(["each", "hourly"]).default("each"),
    repository: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .default("search-all"),
    /** How long the tenant keeps events for searches. */
    retentionDays: z.number().int().min(1).max(3650).default(7),
    /** Hours that one search covers at most; one that is cut off is asked for again in halves. */
    sliceHours: z.number().int().min(1).max(168).default(1),
  })
  .refine(({ events, replicator }) => events !== "replicator" || replicator !== undefined, {
    error: "events from the replicator need the replicator's settings: queueUrl, region, accessKeyId, secretAccessKey",
  });
export type Settings = z.infer<typeof settings>;
export type ReplicatorSettings = NonNullable<Settings["replicator"]>;
