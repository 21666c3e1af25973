import { createHash, X509Certificate } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import type { CollectContext } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { SpoorError } from "../../../errors.ts";
import { pools } from "./pools.ts";
import type { Settings } from "./settings.ts";

/** Proves who asks, to one audience: what HttpRequest.authorise wants; the same function for all questions, so that one renewal serves all. */
export type Authorise = (refused: boolean) => Promise<Readonly<Record<string, string>>>;

/** A token, and what it allows. */
interface Token {
  readonly text: string;
  /** By our clock, in milliseconds. */
  readonly renewAt: number;
}

export interface Tokens {
  /** For questions to this audience, such as "https://graph.microsoft.com". */
  authorise(audience: string): Authorise;
  /** Application permissions in the token for an audience, sorted; null where the token does not show them. */
  roles(audience: string): Promise<readonly string[] | null>;
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().catch(3599) });
const refusal = z.object({ error: z.string().optional(), error_description: z.string().optional() });

// A token is renewed two minutes before it ends, as the vendors' own clients do, or at 80 % of a short life.
const earlyMs = 120_000;

/** Tokens by client credentials (OAuth 2), one for each audience, each fetched when first needed. */
export function tokens(settings: Settings, login: string, context: CollectContext, signer: Signer): Tokens {
  const held = new Map<string, Token>();
  const url = `${login}/${settings.tenantId}/oauth2/v2.0/token`;

  async function fetchToken(audience: string): Promise<Token> {
    const asked = context.clock().getTime();
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: settings.clientId,
      scope: `${audience}/.default`,
      ...(await signer(url, asked)),
    });
    const { body: given } = await context.http
      .json({ method: "POST", url, origin: new URL(login).origin, pool: pools.login, body })
      .catch((cause: unknown) => {
        throw explained(cause);
      });
    const read = answer.safeParse(given);
    if (!read.success) throw new VendorError("bad-answer", "the sign-in service answered without a token");
    const lifeMs = read.data.expires_in * 1000;
    return { text: read.data.access_token, renewAt: asked + Math.max(lifeMs - earlyMs, lifeMs * 0.8) };
  }

  async function tokenFor(audience: string, refused: boolean): Promise<Token> {
    const known = held.get(audience);
    if (known !== undefined && !refused && context.clock().getTime() < known.renewAt) return known;
    const fresh = await fetchToken(audience);
    held.set(audience, fresh);
    return fresh;
  }

  const authorisers = new Map<string, Authorise>();
  return {
    authorise(audience) {
      const known =
        authorisers.get(audience) ??
        (async (refused: boolean) => ({ authorization: `Bearer ${(await tokenFor(audience, refused)).text}` }));
      authorisers.set(audience, known);
      return known;
    },
    async roles(audience) {
      return rolesIn((await tokenFor(audience, false)).text);
    },
  };
}

/** Gives the part of a token request that proves who asks. */
export type Signer = (tokenUrl: string, nowMs: number) => Promise<Readonly<Record<string, string>>>;

/** By secret, or by a statement signed with the certificate's key. Rejects as configuration error where either cannot be used. */
export async function signerOf(settings: Settings, context: CollectContext): Promise<Signer> {
  if (settings.clientSecret !== undefined) {
    const clientSecret = await context.secret(settings.clientSecret);
    return () => Promise.resolve({ client_secret: clientSecret });
  }
  const certificatePem = await context.secret(settings.certificate ?? "");
  const keyPem = settings.privateKey === undefined ? certificatePem : await context.secret(settings.privateKey);
  const { key, thumbprint } = await credentialsIn(certificatePem, keyPem);
  let signed = 0;
  return async (tokenUrl, nowMs) => {
    signed += 1;
    const seconds = Math.floor(nowMs / 1000);
    // Microsoft identity platform, "application authentication certificate credentials": PS256 with the SHA-256 thumbprint.
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint })
      .setAudience(tokenUrl)
      .setIssuer(settings.clientId)
      .setSubject(settings.clientId)
      .setJti(createHash("sha256").update(`${settings.clientId} ${nowMs} ${signed}`).digest("hex").slice(0, 32))
      .setNotBefore(seconds - 60)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 600)
      .sign(key);
    return {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    };
  };
}

async function credentialsIn(
  certificatePem: string,
  keyPem: string,
): Promise<{ key: Awaited<ReturnType<typeof importPKCS8>>; thumbprint: string }> {
  const hint = "Give PEM text: the certificate, and its private key as PKCS #8 (BEGIN PRIVATE KEY).";
  const certificateText = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(certificatePem)?.[0];
  const keyText = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(keyPem)?.[0];
  if (certificateText === undefined || keyText === undefined)
    throw new SpoorError("configuration", "collect.microsoft.certificate: no certificate, or no private key, was found", {
      hint,
    });
  try {
    const key = await importPKCS8(keyText, "PS256");
    const thumbprint = createHash("sha256").update(new X509Certificate(certificateText).raw).digest("base64url");
    return { key, thumbprint };
  } catch {
    // What the reader complains about may quote the key.
    throw new SpoorError("configuration", "collect.microsoft.certificate: the certificate or its key cannot be read", { hint });
  }
}

/** The sign-in service says what is wrong in error_description; its first sentence names the code (AADSTS…). */
function explained(cause: unknown): unknown {
  if (!(cause instanceof VendorError)) return cause;
  const said = refusal.safeParse(cause.body);
  const text = said.success ? (said.data.error_description ?? said.data.error ?? "") : "";
  const first = /^[^\r\n]{0,200}/.exec(text)?.[0] ?? "";
  if (first === "" || (cause.kind !== "refused" && cause.kind !== "unauthorised" && cause.kind !== "forbidden")) return cause;
  return new VendorError("unauthorised", `the sign-in service refuses the credentials: ${first}`, {
    ...(cause.status === null ? {} : { status: cause.status }),
    body: cause.body,
    cause,
  });
}

/** The `roles` of an access token, which is opaque to clients by contract and readable in practice: for explanations only. */
function rolesIn(token: string): readonly string[] | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const read = z.object({ roles: z.array(z.string()) }).safeParse(claims);
    return read.success ? [...read.data.roles].sort() : null;
  } catch {
    return null;
  }
}
