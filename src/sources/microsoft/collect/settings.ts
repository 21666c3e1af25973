import { z } from "zod";
import { baseUrl } from "../../../collect/origin.ts";
import { secretReference } from "../../../collect/secrets.ts";
import { cloudNames } from "./clouds.ts";
import { exportLogNames } from "./export-logs.ts";
import { huntingTables } from "./hunting-tables.ts";

const kqlTable = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, { error: "it must be the name of a table of advanced hunting" });

/** What may stand under `collect.microsoft`. Secrets are references, never values. */
export const settings = z
  .strictObject({
    /** The directory's id or one of its domains. */
    tenantId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/),
    clientId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
    clientSecret: secretReference.optional(),
    /** PEM text of the certificate registered with the application; in place of a secret. */
    certificate: secretReference.optional(),
    /** PEM text of its private key (PKCS #8), where it does not stand beside the certificate. */
    privateKey: secretReference.optional(),
    /** The national cloud of the tenant; gcc differs from global in the activity feed only, GCC High is usgov. */
    cloud: z.enum(cloudNames).default("global"),
    graphUrl: baseUrl.optional(),
    loginUrl: baseUrl.optional(),
    activityUrl: baseUrl.optional(),
    /** Streams that shall not be asked for, by id. */
    leaveOut: z.array(z.string()).default([]),
    /** How long the tenant keeps sign-ins and audits: 30 days with Entra ID P1 or P2, 7 without. */
    retentionDays: z.number().int().min(1).max(30).default(30),
    /**
     * Hours that one question covers, in place of what suits a large tenant list by list. A small one is asked for a week (168) at once,
     * in a tenth of the calls; an answer that is cut off is asked for again in halves all the same.
     */
    sliceHours: z.number().int().min(1).max(720).optional(),
    /** Kinds of sign-in to ask the beta interface for; v1.0 has interactive ones only, and those without session ids. */
    betaSignIns: z.array(z.enum(["interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"])).default([]),
    huntingTables: z.array(kqlTable).default([...huntingTables]),
    /** Rows of one answer of advanced hunting; at 100,000 the interface cuts off. */
    huntingRows: z.number().int().min(1).max(100_000).default(100_000),
    /** Content types of the Office 365 Management Activity feed: the way to mailbox rules and downloads without CloudAppEvents. */
    activityFeed: z
      .array(z.enum(["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General"]))
      .default([]),
    /** Diagnostic settings and the streaming interface export hour by hour; read from there what is too much for the interfaces. */
    export: z
      .strictObject({
        /** A folder that holds the containers (insights-logs-…); */
        folder: z.string().min(1).optional(),
        /** or a reference to the storage account's address with a shared access signature. */
        accountUrl: secretReference.optional(),
        logs: z.array(z.enum(exportLogNames)).min(1),
        /** What stands between container and year; default: "tenantId=" and the tenant's id. */
        prefix: z
          .string()
          .regex(/^[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(?:\/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*$/, {
            error: "it must be a path such as tenantId=… without slashes at its ends",
          })
          .optional(),
        /** Days that the storage account keeps. */
        retentionDays: z.number().int().min(1).max(3650).default(30),
      })
      .refine(({ folder, accountUrl }) => (folder === undefined) !== (accountUrl === undefined), {
        error: "export needs either folder or accountUrl",
      })
      .optional(),
  })
  .refine(({ clientSecret, certificate }) => (clientSecret === undefined) !== (certificate === undefined), {
    error: "microsoft needs either clientSecret or certificate",
  });
export type Settings = z.infer<typeof settings>;
