import { z } from "zod";
import { secretReference } from "../collect/secrets.ts";
import { privacyModes } from "../privacy/privacy.ts";
import type { Purpose } from "./port.ts";

export const efforts = ["low", "medium", "high", "xhigh", "max"] as const;

/** Which model answers, and how deeply it thinks. */
function chosen(model: string, effort: (typeof efforts)[number]) {
  return z
    .strictObject({
      model: z
        .string()
        .regex(/^[\w.:/@-]{1,200}$/)
        .default(model),
      effort: z.enum(efforts).default(effort),
    })
    .prefault({});
}

const usd = z.number().positive().max(100_000);

/** https, or http on this machine: a key never travels in the clear. */
const address = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const { protocol, hostname, username, password } = new URL(text);
    const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    return (protocol === "https:" || isHere) && username === "" && password === "";
  },
  { error: "an https address without a name or password in it is needed (http only for this machine)" },
);

/** The part `claude:` of the settings: how the model is reached, what it may see, and what it may cost. */
export const claudeSettings = z
  .strictObject({
    /** api: Anthropic's own; bedrock: its Messages endpoint at AWS; bedrock-invoke: the older InvokeModel of AWS; vertex: Google's. */
    route: z.enum(["api", "bedrock", "bedrock-invoke", "vertex"]).default("api"),
    /** Where the key lies; default env:ANTHROPIC_API_KEY for api, and the standard chain of AWS or Google for the others. */
    key: secretReference.optional(),
    /** Of a gateway or a test; default: the route's own. */
    baseUrl: address.optional(),
    /** Follow ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN and ANTHROPIC_CUSTOM_HEADERS; nobody else decides where evidence goes. */
    honourEnvironment: z.boolean().default(false),
    /** Sends the key under this header, for gateways that do not read Authorization. */
    gatewayKeyHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/)
      .optional(),
    /** Of AWS or Google. */
    region: z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/)
      .optional(),
    /** Of Google. */
    project: z
      .string()
      .regex(/^[a-z0-9:.-]{4,100}$/)
      .optional(),
    /** What the model sees of names and addresses; off: it is not asked at all. */
    privacy: z.enum(privacyModes).default("pseudonymised"),
    models: z
      .strictObject({
        hypotheses: chosen("claude-sonnet-5-5", "medium"),
        hunt: chosen("claude-sonnet-5-5", "low"),
        critic: chosen("claude-sonnet-5-5", "medium"),
        summary: chosen("claude-sonnet-5-5", "medium"),
      } satisfies Record<Purpose, unknown>)
      .prefault({}),
    /** Caps in US dollars at list prices; a call that might pass one is not sent. */
    usdPerHunt: usd.default(0.6),
    usdPerRun: usd.default(2),
    usdPerDay: usd.default(5),
    /** What was spent, a file a day (UTC), shared by all runs that name the same folder. */
    spend: z.string().default("./.spoor-spend"),
    /** A list of prices of your own, in place of the bundled one. */
    prices: z.string().optional(),
    /** How many hypotheses a run pursues. */
    pursue: z.number().int().min(0).max(100).default(3),
    /** Limits of one hunt. */
    mostTurns: z.number().int().min(1).max(100).default(12),
    mostQueries: z.number().int().min(0).max(1000).default(30),
    mostSeconds: z.number().positive().max(3600).default(300),
    /** A call ends by then, whatever happens; and when so long nothing more of an answer comes. */
    secondsPerCall: z.number().positive().max(3600).default(150),
    idleSeconds: z.number().positive().max(3600).default(45),
    /** Answers come piece by piece, so that silence is noticed; false for gateways that cannot. */
    stream: z.boolean().default(true),
    /** Where what was sent and answered is written; default: claude in the folder of the results. */
    record: z.string().optional(),
    /** Answers from a recording (a folder or a file) in place of the model; nothing is sent. */
    replay: z.string().optional(),
  })
  .prefault({});
export type ClaudeSettings = z.infer<typeof claudeSettings>;
