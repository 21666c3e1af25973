import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { type Pool, VendorError } from "./http.ts";
import { isLoopback } from "./origin.ts";
import { SecretAway } from "./secret-away.ts";
import type { SecretEffects } from "./secrets.ts";

type Effects = Pick<SecretEffects, "http" | "environment" | "redaction">;

// Key Vault documentation: vault names end so in the public cloud, US Government and China.
const vaultHosts = [".vault.azure.net", ".vault.usgovcloudapi.net", ".vault.azure.cn"];
const pool: Pool = { name: "key-vault", requests: 100, perMs: 10_000, atOnce: 2 };
// A vault that does not answer soon will not; whoever waits is at a terminal.
const deadlineMs = 60_000;
const tokenAnswer = z.object({ access_token: z.string().min(1) });
const secretAnswer = z.object({ value: z.string() });

/** Whether this is the address of a secret in a key vault: https://VAULT.vault.azure.net/secrets/NAME, with a version or without. */
export function isVaultSecret(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, username, password } = new URL(text);
  const isVault = protocol === "https:" && vaultHosts.some((end) => hostname.endsWith(end));
  const isOnThisMachine = protocol === "http:" && isLoopback(hostname);
  return (
    (isVault || isOnThisMachine) &&
    `${search}${username}${password}` === "" &&
    /^\/secrets\/[A-Za-z0-9-]{1,127}(\/[0-9a-f]{32})?$/.test(pathname)
  );
}

/**
 * The value of a secret in Azure Key Vault. Who asks is an application (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, and
 * AZURE_AUTHORITY_HOST outside the public cloud) or else the machine's managed identity.
 */
export async function azureSecret(url: string, effects: Effects): Promise<string> {
  try {
    const token = await accessToken(new URL(url).hostname, effects);
    effects.redaction.register(token);
    const { body } = await effects.http.json({
      method: "GET",
      url: `${url}?api-version=7.4`,
      origin: new URL(url).origin,
      headers: { authorization: `Bearer ${token}` },
      pool,
      deadlineMs,
    });
    return secretAnswer.parse(body).value;
  } catch (cause) {
    if (cause instanceof SpoorError && cause.code === "cancelled") throw cause;
    const what = cause instanceof z.ZodError ? "the answer is not as documented" : effects.redaction.strike(messageOf(cause));
    const message = `azure-key-vault:${url} cannot be had: ${what}`;
    const hint =
      "It needs the role Key Vault Secrets User, and AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or a managed identity.";
    const isAway = cause instanceof VendorError && ["limited", "unavailable", "bad-answer"].includes(cause.kind);
    throw isAway ? new SecretAway(message, hint) : new SpoorError("configuration", message, { hint });
  }
}

async function accessToken(vault: string, effects: Effects): Promise<string> {
  const end = vaultHosts.find((known) => vault.endsWith(known)) ?? ".vault.azure.net";
  const resource = `https://${end.slice(1)}`;
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = effects.environment;
  return tenant !== undefined && client !== undefined && secret !== undefined
    ? byApplication({ tenant, client, secret }, resource, effects)
    : byMachine(client, resource, effects);
}

async function byApplication(
  who: { readonly tenant: string; readonly client: string; readonly secret: string },
  resource: string,
  effects: Effects,
): Promise<string> {
  effects.redaction.register(who.secret);
  const authority = (effects.environment.AZURE_AUTHORITY_HOST ?? "https://login.microsoftonline.com").replace(/\/+$/, "");
  const { body } = await effects.http.json({
    method: "POST",
    url: `${authority}/${encodeURIComponent(who.tenant)}/oauth2/v2.0/token`,
    origin: authority,
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: who.client,
      client_secret: who.secret,
      scope: `${resource}/.default`,
    }),
    pool,
    deadlineMs,
  });
  return tokenAnswer.parse(body).access_token;
}

/** Azure documentation, "managed identities": App Service names its own address, machines have a fixed one that nothing else can reach. */
async function byMachine(client: string | undefined, resource: string, effects: Effects): Promise<string> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = effects.environment;
  const isService = endpoint !== undefined && header !== undefined;
  if (isService) effects.redaction.register(header);
  const url = new URL(isService ? endpoint : "http://169.254.169.254/metadata/identity/oauth2/token");
  url.searchParams.set("api-version", isService ? "2019-08-01" : "2018-02-01");
  url.searchParams.set("resource", resource);
  if (client !== undefined) url.searchParams.set("client_id", client);
  const { body } = await effects.http.json({
    method: "GET",
    url: url.href,
    origin: url.origin,
    headers: isService ? { "x-identity-header": header } : { metadata: "true" },
    pool,
    deadlineMs: 20_000,
    headersMs: 5000,
  });
  return tokenAnswer.parse(body).access_token;
}
