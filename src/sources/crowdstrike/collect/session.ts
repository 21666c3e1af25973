import { z } from "zod";
import type { CollectContext } from "../../../collect/collector.ts";
import { type HttpRequest, type JsonAnswer, type Pool, VendorError } from "../../../collect/http.ts";
import { type CloudName, cloudNames, clouds as falconClouds } from "./clouds.ts";
import { type Envelope, envelopeOf, refusalOf } from "./envelope.ts";
import type { Settings } from "./settings.ts";

/** A question to Falcon: what is asked, below the address of the tenant's cloud. */
export interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** How long all tries together may take, in milliseconds; default: as the client has it. */
  readonly deadlineMs?: number;
}

/** One's own standing with Falcon: the token, and the cloud that it is good for. */
export interface Session {
  ask(question: Question): Promise<JsonAnswer>;
  /** An answer in the usual envelope; one with complaints is asked for once more, one with nothing but complaints is refused. */
  list(question: Question): Promise<Envelope>;
  /** Gets a token where there is none; rejects as VendorError where it is refused. */
  signIn(): Promise<void>;
  /** The vendor's time, in milliseconds since 1970, as far as it is known. */
  now(): number;
  /** How far the vendor's clock is ahead of ours, in milliseconds; null while it is not known. */
  skewMs(): number | null;
}

interface Token {
  readonly value: string;
  readonly origin: string;
  /** By our clock. */
  readonly renewAt: number;
}

// 6,000 questions a minute are allowed (gofalcon); some are left for others of the tenant.
const pool: Pool = { name: "falcon", requests: 4000, perMs: 60_000, atOnce: 4 };
// A question of the pool waits for a token: tokens are of a pool of their own.
const tokenPool: Pool = { name: "falcon-token", requests: 10, perMs: 60_000, atOnce: 1 };

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().catch(1799) });

export function sessionOf(
  settings: Pick<Settings, "clientId" | "cloud" | "baseUrl" | "memberCid">,
  clientSecret: string,
  { http, clock }: Pick<CollectContext, "http" | "clock">,
  clouds: Readonly<Record<CloudName, string>> = falconClouds,
): Session {
  let origin = settings.baseUrl ?? clouds[settings.cloud === "auto" ? "us-1" : settings.cloud];
  let token: Token | null = null;
  const mayMove = settings.baseUrl === undefined && settings.cloud === "auto";
  const form = new URLSearchParams({ client_id: settings.clientId, client_secret: clientSecret });
  if (settings.memberCid !== undefined) form.set("member_cid", settings.memberCid);

  async function tokenFrom(address: string): Promise<JsonAnswer> {
    const request: HttpRequest = {
      method: "POST",
      url: `${address}/oauth2/token`,
      origin: address,
      body: form,
      pool: tokenPool,
      // A cloud sends credentials of another one there.
      accept: [301, 302, 307, 308],
    };
    try {
      return await http.json(request);
    } catch (cause) {
      if (!(cause instanceof VendorError) || (cause.status !== 401 && cause.status !== 403)) throw cause;
      throw new VendorError(
        "unauthorised",
        `${cause.message}: Falcon refused the client id and secret; they are wrong, of another cloud or tenant, or this address is not on the client's list`,
        { status: cause.status, body: cause.body, cause },
      );
    }
  }

  async function renew(): Promise<Token> {
    const asked = clock().getTime();
    let answer = await tokenFrom(origin);
    const elsewhere = cloudOf(answer.headers["x-cs-region"], clouds);
    if (mayMove && elsewhere !== null && clouds[elsewhere] !== origin) {
      // Only to an address of our own list: what the answer says chooses among them.
      origin = clouds[elsewhere];
      answer = await tokenFrom(origin);
    }
    if (answer.status >= 300)
      throw new VendorError(
        "unauthorised",
        `Falcon says that these credentials are of the cloud ${elsewhere ?? "that it does not name"}: name it in the setting cloud`,
        { status: answer.status },
      );
    const parsed = answerSchema.safeParse(answer.body);
    if (!parsed.success) throw new VendorError("bad-answer", `POST ${origin}/oauth2/token gave no token`);
    const { access_token: value, expires_in: seconds } = parsed.data;
    return { value, origin, renewAt: asked + usableMs(seconds) };
  }

  let flight: Promise<Token> | null = null;
  async function current(refused: boolean): Promise<Token> {
    if (token !== null && !refused && clock().getTime() < token.renewAt) return token;
    flight ??= renew().finally(() => {
      flight = null;
    });
    token = await flight;
    return token;
  }
  // One function for all questions: by it the client knows that they share a proof.
  const authorise = async (refused: boolean): Promise<Readonly<Record<string, string>>> => ({
    authorization: `Bearer ${(await current(refused)).value}`,
  });

  async function ask({ method, path, parameters, body, deadlineMs }: Question): Promise<JsonAnswer> {
    // The cloud is known once there is a token.
    const { origin: address } = await current(false);
    const query = parameters === undefined ? "" : `?${new URLSearchParams(parameters).toString()}`;
    const request: HttpRequest = { method, url: `${address}${path}${query}`, origin: address, authorise, pool };
    return http.json({
      ...request,
      ...(body === undefined ? {} : { body }),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  }

  async function list(question: Question): Promise<Envelope> {
    const where = `${question.method} ${question.path}`;
    const first = envelopeOf((await ask(question)).body, where);
    if (first.errors.length === 0) return first;
    const second = envelopeOf((await ask(question)).body, where);
    if (second.errors.length > 0 && second.resources.length === 0 && first.resources.length === 0) throw refusalOf(second, where);
    return second.errors.length === 0 || second.resources.length >= first.resources.length ? second : first;
  }

  const skewMs = (): number | null => http.skewMs(new URL(origin).host);
  return {
    ask,
    list,
    signIn: async () => {
      await current(false);
    },
    now: () => clock().getTime() + (skewMs() ?? 0),
    skewMs,
  };
}

/** How long a token is used: four fifths of its life, and not its last two minutes where it lives longer than four. */
export function usableMs(seconds: number): number {
  return 1000 * (seconds > 240 ? Math.min(0.8 * seconds, seconds - 120) : 0.8 * seconds);
}

function cloudOf(region: string | undefined, clouds: Readonly<Record<CloudName, string>>): CloudName | null {
  const named = region?.trim().toLowerCase();
  return cloudNames.find((name) => name === named && name in clouds) ?? null;
}
