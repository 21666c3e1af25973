import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { RawRecord } from "../findings/raw-records.ts";
import { verdicts } from "../findings/verdict.ts";
import { type HttpServing, isSameSecret, listenOnLoopback } from "../loopback.ts";
import { severities } from "../types.ts";
import { cookieName, Door, foreign } from "./guard.ts";
import {
  type KeptPursuit,
  keptPursuit,
  keptPursuits,
  keptReport,
  keptRounds,
  keptSteps,
  pursuitFolder,
  type ReportPlace,
} from "./kept.ts";
import { findingPage, findingsPage } from "./pages/findings.ts";
import { mostRecordsOfClaim } from "./pages/model-part.ts";
import { overviewPage } from "./pages/overview.ts";
import { notice } from "./pages/page.ts";
import { pursuitPage } from "./pages/pursuit.ts";
import { sentPage } from "./pages/sent.ts";
import { type Sent, sentIn } from "./sent.ts";
import { pagePolicy, reportPolicy } from "./style.ts";
import type { Workbench } from "./workbench.ts";

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly token: string;
  /** The token lets one browser in, once; false: whoever has it, again and again. */
  readonly isTokenOnce: boolean;
  /** Makes a text that nobody can guess. */
  readonly secret: () => string;
}

/**
 * Serves the workbench on the loopback address, to the browser that comes by the link with the token. Closing stops what is pursued first.
 * Rejects as configuration error when the port is taken.
 */
export async function serveWorkbench(workbench: Workbench, options: ServeOptions): Promise<HttpServing> {
  const app = workbenchApp(workbench, options);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const serving = await listenOnLoopback((request, response) => void listener(request, response), options.port);
  return {
    url: serving.url,
    async close() {
      await workbench.pursuits.close();
      await serving.close();
    },
  };
}

const mostBody = 16 * 1024;
const formSchema = z.looseObject({ form_token: z.string() });
const verdictSchema = z.looseObject({ verdict: z.enum(verdicts), note: z.string().max(2000).default("") });
const filterSchema = z.object({
  detector: z.string().min(1).nullable().catch(null),
  severity: z.enum(severities).nullable().catch(null),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

function workbenchApp(workbench: Workbench, { token, isTokenOnce, secret }: ServeOptions): Hono {
  const { out, pursuits, model } = workbench;
  const door = new Door(token, { isOnce: isTokenOnce });
  const [session, formToken] = [secret(), secret()];
  const app = new Hono();

  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    if (!headers.has("content-security-policy")) headers.set("content-security-policy", pagePolicy);
    for (const [name, value] of Object.entries(hardening)) headers.set(name, value);
  });
  app.use(async (context, next) => {
    const reason = foreign(context.req.raw);
    if (reason !== null) return context.html(notice("Refused", `This request is not answered. ${reason}`), 403);
    const given = context.req.path === "/" && context.req.method === "GET" ? context.req.query("token") : undefined;
    if (given !== undefined && door.opens(given)) {
      setCookie(context, cookieName(context.req.raw), session, { httpOnly: true, sameSite: "Strict", path: "/" });
      return context.redirect("/", 303);
    }
    if (isSameSecret(getCookie(context, cookieName(context.req.raw)) ?? "", session)) {
      // The address of a signed-in browser does not keep the token.
      return given === undefined ? next() : context.redirect("/", 303);
    }
    return context.html(notice("Not signed in", ...(isTokenOnce ? [...howToEnter, linkIsSpent] : howToEnter)), 401);
  });
  app.use(bodyLimit({ maxSize: mostBody, onError: (context) => context.html(notice("Too much", "The form is too long."), 413) }));
  app.use(async (context, next) => {
    if (context.req.method === "GET" || context.req.method === "HEAD") return next();
    const form = formSchema.safeParse(await context.req.parseBody().catch(() => null));
    if (form.success && isSameSecret(form.data.form_token, formToken)) return next();
    return context.html(
      notice("Refused", "The form is not one of this server's pages, or of an earlier start of it. Load the page again."),
      403,
    );
  });

  app.get("/", async (context) => {
    const [results, decisions, kept, rounds, sent, usdToday] = await Promise.all([
      workbench.results(),
      workbench.decisions(),
      keptPursuits(out),
      keptRounds(out),
      sentOf(workbench, out),
      model?.usdToday() ?? 0,
    ]);
    const [attempts, running, isSent] = [pursuits.attempts(), pursuits.running(), sent !== null];
    return context.html(
      overviewPage({ results, decisions, attempts, running, kept, rounds, model, usdToday, isSent, formToken }),
    );
  });

  const report = async (context: Context, place: ReportPlace): Promise<Response> => {
    const text = await keptReport(out, place);
    if (text === null) return missing(context, "There is no such report.");
    return context.html(text, 200, { "content-security-policy": reportPolicy(text) });
  };
  app.get("/report", (context) => report(context, { kind: "last" }));
  app.get("/rounds/:name/report", (context) => report(context, { kind: "round", name: context.req.param("name") }));
  app.get("/pursuits/:name/report", (context) => report(context, { kind: "pursuit", name: context.req.param("name") }));

  app.get("/findings", async (context) => {
    const { detector, severity, page } = filterSchema.parse({
      detector: context.req.query("detector"),
      severity: context.req.query("severity"),
      page: context.req.query("page"),
    });
    const [results, decisions] = await Promise.all([workbench.results(), workbench.decisions()]);
    const filter = { detector, severity, place: page };
    return context.html(findingsPage(results?.findings ?? [], decisions, filter, pursuits.running()));
  });
  app.get("/findings/:uid", async (context) => {
    const [results, decisions] = await Promise.all([workbench.results(), workbench.decisions()]);
    const finding = results?.findings.find(({ uid }) => uid === context.req.param("uid"));
    if (finding === undefined) return missing(context, "The last run has no such finding.");
    return context.html(findingPage(finding, decisions.get(finding.uid), formToken, pursuits.running()));
  });
  app.post("/findings/:uid/verdict", async (context) => {
    const given = verdictSchema.safeParse(await context.req.parseBody());
    if (!given.success) return context.html(notice("Not understood", `A verdict is one of ${verdicts.join(", ")}.`), 400);
    const uid = context.req.param("uid");
    const results = await workbench.results();
    if (results?.findings.some((finding) => finding.uid === uid) !== true)
      return missing(context, "The last run has no such finding.");
    await workbench.decide({ id: uid, verdict: given.data.verdict, note: given.data.note.trim() });
    return context.redirect(`/findings/${encodeURIComponent(uid)}#verdict`, 303);
  });

  app.post("/hypotheses/:id/pursue", async (context) => {
    const results = await workbench.results();
    const hypothesis = results?.hypotheses.find(({ id }) => id === context.req.param("id"));
    if (results === null || hypothesis === undefined || !/^[\w-]{1,64}$/.test(hypothesis.id))
      return missing(context, "The last run has no such hypothesis.");
    const attempt = await pursuits.start(hypothesis, results.run.window);
    if (attempt === null)
      return context.html(notice("Busy", "Another hypothesis is being pursued. One goes at a time; cancel it, or wait."), 409);
    return context.redirect(`/pursuits/${attempt.name}`, 303);
  });
  app.post("/pursuits/cancel", (context) => {
    const running = pursuits.running();
    pursuits.cancel();
    return context.redirect(running === null ? "/" : `/pursuits/${running.name}`, 303);
  });
  app.get("/pursuits/:name", async (context) => {
    const name = context.req.param("name");
    const [attempt, kept, title] = [pursuits.attempt(name), await keptPursuit(out, name), await titleOf(name)];
    if (title === null) return missing(context, "There is no such pursuit.");
    const [steps, records, sent] = await Promise.all([
      keptSteps(out, name),
      recordsOf(kept, workbench),
      sentOf(workbench, pursuitFolder(out, name)),
    ]);
    const [now, count] = [workbench.clock(), sent?.questions.length ?? null];
    return context.html(pursuitPage({ title, attempt, kept, name, formToken, steps, records, model, sent: count, now }));
  });

  const titleOf = async (name: string): Promise<string | null> => {
    const attempt = pursuits.attempt(name);
    if (attempt !== null) return attempt.title;
    const id = (await keptPursuit(out, name))?.hypothesisId;
    return id === undefined ? null : ((await workbench.results())?.hypotheses.find((one) => one.id === id)?.title ?? id);
  };
  const sentAnswer = async (context: Context, place: SentPlace): Promise<Response> => {
    const sent = place.title === null ? null : await sentOf(workbench, place.folder);
    const position = context.req.param("position");
    const chosen = position === undefined ? null : sent?.questions.find((one) => String(one.position) === position);
    if (sent === null || place.title === null || chosen === undefined)
      return missing(context, "Nothing of this kind was sent from here.");
    const { title, address, from } = place;
    return context.html(sentPage({ title, from, address, sent, chosen, privacy: model?.privacy ?? null }));
  };
  for (const below of ["", "/:position"]) {
    app.get(`/sent${below}`, (context) =>
      sentAnswer(context, { title: "the last run", folder: out, from: "/", address: "/sent" }),
    );
    app.get(`/pursuits/:name/sent${below}`, async (context) => {
      const name = context.req.param("name");
      const from = `/pursuits/${name}`;
      return sentAnswer(context, { title: await titleOf(name), folder: pursuitFolder(out, name), from, address: `${from}/sent` });
    });
  }

  app.notFound((context) => missing(context, "There is no such page."));
  app.onError((thrown, context) => {
    const [hint, isUnknown] = thrown instanceof SpoorError ? [thrown.hint, thrown.code === "not-found"] : [undefined, false];
    return context.html(notice("That failed", messageOf(thrown), ...(hint === undefined ? [] : [hint])), isUnknown ? 404 : 500);
  });
  return app;
}

interface SentPlace {
  /** Null: there is no such run or pursuit. */
  readonly title: string | null;
  readonly folder: string | null;
  readonly from: string;
  readonly address: string;
}

/** What a run sent whose results lie in a folder; null where no recording is there. */
async function sentOf({ model }: Workbench, folder: string | null): Promise<Sent | null> {
  // Where all recordings go to one place, nobody can tell which of them is this run's.
  return folder === null || (model !== null && model.record !== null) ? null : sentIn(join(folder, "claude"));
}

/** The records that the claims of a pursuit cite first. A store that cannot be asked now does not keep the page from being read. */
async function recordsOf(kept: KeptPursuit | null, { records }: Workbench): Promise<ReadonlyMap<string, RawRecord>> {
  if (kept === null || kept.pursuit === null) return new Map();
  const { claims, counterEvidence, critic } = kept.pursuit;
  const cited = [...claims, ...counterEvidence, ...critic].flatMap(({ eventIds }) => eventIds.slice(0, mostRecordsOfClaim));
  const found = await records(cited, kept.window).catch(() => []);
  return new Map(found.map((one) => [one.eventUid, one]));
}

const hardening: Readonly<Record<string, string>> = {
  // Results are nobody else's, and change.
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Not no-referrer: forms would then come without the Origin that is looked at.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const howToEnter = ["Open the link that spoor serve printed when it started."];
const linkIsSpent = "It lets one browser in, once: for another, end spoor serve and start it again.";

function missing(context: Context, text: string): Response | Promise<Response> {
  return context.html(notice("Not found", text), 404);
}
