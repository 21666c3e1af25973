import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { secretReference, secretResolver } from "./secrets.ts";
import { type Answering, json, testRoom, testVendor } from "./testing.ts";

const planted = "S3cr3t-Planted/+Value=";
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0)) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "spoor-secrets-"));
  open.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
async function vendorThat(answer: Answering) {
  const vendor = await testVendor(answer);
  open.push(() => vendor.close());
  return vendor;
}
function resolver(environment: Readonly<Record<string, string>> = {}) {
  const room = testRoom();
  const secret = secretResolver({ environment, http: room.http, redaction: room.redaction, signal: room.cancel.signal });
  return { ...room, secret };
}
async function refusal(work: Promise<unknown>): Promise<SpoorError> {
  const thrown = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(thrown instanceof SpoorError)) throw new Error(`no SpoorError, but ${String(thrown)}`);
  const told = [thrown.message, thrown.hint, thrown.stack, JSON.stringify(thrown), String(thrown.cause)].join("\n");
  expect(told).not.toContain(planted);
  return thrown;
}

test.each([
  "env:SPOOR_SECRET",
  "file:/run/secrets/tap",
  "aws-secrets-manager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:spoor/tap-AbCdEf#secret",
  "aws-secrets-manager:spoor/tap",
  "azure-key-vault:https://ours.vault.azure.net/secrets/tap",
  "azure-key-vault:https://ours.vault.usgovcloudapi.net/secrets/tap/0123456789abcdef0123456789abcdef",
])("%s is a reference", (text) => {
  expect(secretReference.safeParse(text).success).toBe(true);
});

test.each([
  planted,
  "",
  "env:",
  "env:NOT A NAME",
  "plain:text",
  "https://ours.vault.azure.net/secrets/tap",
  "azure-key-vault:https://ours.vault.azure.net.evil.example/secrets/tap",
  "azure-key-vault:https://evil.example/secrets/tap",
  "azure-key-vault:http://ours.vault.azure.net/secrets/tap",
  "azure-key-vault:https://ours.vault.azure.net/keys/tap",
  "azure-key-vault:https://me:pass@ours.vault.azure.net/secrets/tap",
])("%j is none, and the complaint does not show it", async (text) => {
  const settings = z.strictObject({ secret: secretReference });
  const parsed = settings.safeParse({ secret: text });
  expect(parsed.success).toBe(false);
  const complaint = parsed.success ? "" : `${z.prettifyError(parsed.error)} ${JSON.stringify(parsed.error)}`;
  if (text.length > 4) expect(complaint).not.toContain(text);
  expect((await refusal(resolver().secret(text))).code).toBe("configuration");
});

test("a variable of the environment; one that is missing or empty is told by its name", async () => {
  const { secret } = resolver({ TAP: planted, NOTHING: "" });
  expect(await secret("env:TAP")).toBe(planted);
  expect((await refusal(secret("env:ABSENT"))).message).toContain("ABSENT");
  expect((await refusal(secret("env:NOTHING"))).message).toContain("NOTHING");
});

test("a file that only its owner can read, without its last line end; a link to one is followed", async () => {
  const { secret, redaction } = resolver();
  const path = join(folder(), "tap");
  writeFileSync(path, `${planted}\n`, { mode: 0o600 });
  symlinkSync(path, `${path}.link`);
  expect(await secret(`file:${path}`)).toBe(planted);
  expect(await secret(`file:${path}.link`)).toBe(planted);
  expect(redaction.strike(`it is ${planted}.`)).toBe("it is [secret].");
});

test.each([0o640, 0o604, 0o660, 0o644, 0o622, 0o610])("a file of mode %s is refused before it is read", async (mode) => {
  const path = join(folder(), "tap");
  writeFileSync(path, planted);
  chmodSync(path, mode);
  const error = await refusal(resolver().secret(`file:${path}`));
  expect(error.message).toContain(mode.toString(8));
  expect(error.hint).toContain("chmod 600");
});

test("a file that is absent, a folder, too long or empty is told by its path", async () => {
  const { secret } = resolver();
  const path = folder();
  mkdirSync(join(path, "folder"), { mode: 0o700 });
  writeFileSync(join(path, "long"), planted.repeat(10_000), { mode: 0o600 });
  writeFileSync(join(path, "empty"), "\n", { mode: 0o600 });
  for (const name of ["absent", "folder", "long", "empty"])
    expect((await refusal(secret(`file:${join(path, name)}`))).message).toContain(join(path, name));
});

test("AWS Secrets Manager gives a secret, or a field of one", async () => {
  const answers = new Map([
    ["plain", { SecretString: planted }],
    ["fields", { SecretString: JSON.stringify({ secret: planted, port: 1 }) }],
    ["binary", { SecretBinary: Buffer.from(planted).toString("base64") }],
  ]);
  const vendor = await vendorThat((request, response) => {
    const id =
      String((JSON.parse(vendor.asked.at(-1)?.body ?? "{}") as Record<string, unknown>).SecretId)
        .split(":")
        .at(-1) ?? "";
    const found = answers.get(id);
    if (found !== undefined) json(found, 200)(request, response, 0);
    else json({ __type: "ResourceNotFoundException", Message: `no secret ${planted}` }, 400)(request, response, 0);
  });
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vendor.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example-key");
  const { secret, redaction } = resolver();
  redaction.register(planted);
  const arn = "aws-secrets-manager:arn:aws:secretsmanager:eu-west-1:111122223333:secret";
  expect(await secret(`${arn}:plain`)).toBe(planted);
  expect(await secret(`${arn}:fields#secret`)).toBe(planted);
  expect(await secret(`${arn}:binary`)).toBe(planted);
  expect((await refusal(secret(`${arn}:fields`))).hint).toContain("#");
  expect((await refusal(secret(`${arn}:fields#port`))).code).toBe("configuration");
  expect((await refusal(secret(`${arn}:absent`))).message).toContain("cannot be had");
});

test.each([
  ["is in trouble", 503, "InternalServiceError", true],
  ["is asked too often", 400, "ThrottlingException", true],
  ["refuses", 400, "AccessDeniedException", false],
])("where AWS Secrets Manager %s, the secret that it gave before is used or not", async (_how, status, name, isUsed) => {
  let isWell = true;
  const vendor = await vendorThat((request, response) =>
    (isWell ? json({ SecretString: planted }) : json({ __type: name, message: "no" }, status))(request, response, 0),
  );
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vendor.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example-key");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  const { http, redaction, cancel } = testRoom();
  const told: string[] = [];
  const tell = (reason: string) => told.push(reason);
  const secret = secretResolver({ environment: {}, http, redaction, signal: cancel.signal, known: new Map(), tell });
  const reference = "aws-secrets-manager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:tap";
  expect(await secret(reference)).toBe(planted);
  isWell = false;
  if (isUsed) expect(await secret(reference)).toBe(planted);
  else expect((await refusal(secret(reference))).message).toContain("cannot be had");
  expect(told).toHaveLength(isUsed ? 1 : 0);
});

test("Azure Key Vault gives a secret to an application and to a machine's own identity", async () => {
  const vault = await vendorThat((request, response) => {
    const { url = "", headers } = request;
    if (url === "/tenant-1/oauth2/v2.0/token" || url.startsWith("/identity?"))
      json({ access_token: "vault-token" })(request, response, 0);
    else if (headers.authorization !== "Bearer vault-token") json({ error: planted }, 401)(request, response, 0);
    else if (url === "/secrets/tap?api-version=7.4") json({ value: planted })(request, response, 0);
    else json({ error: { code: "SecretNotFound", message: planted } }, 404)(request, response, 0);
  });
  const application = {
    AZURE_TENANT_ID: "tenant-1",
    AZURE_CLIENT_ID: "client-1",
    AZURE_CLIENT_SECRET: "client-secret-1",
    AZURE_AUTHORITY_HOST: vault.origin,
  };
  const byApplication = resolver(application);
  expect(await byApplication.secret(`azure-key-vault:${vault.origin}/secrets/tap`)).toBe(planted);
  expect(vault.asked[0]?.body).toBe(
    "grant_type=client_credentials&client_id=client-1&client_secret=client-secret-1&scope=https%3A%2F%2Fvault.azure.net%2F.default",
  );
  expect(byApplication.redaction.strike("client-secret-1 vault-token")).toBe("[secret] [secret]");
  expect((await refusal(byApplication.secret(`azure-key-vault:${vault.origin}/secrets/other`))).message).toContain(
    "/secrets/other",
  );

  const machine = resolver({ IDENTITY_ENDPOINT: `${vault.origin}/identity`, IDENTITY_HEADER: "header-1" });
  expect(await machine.secret(`azure-key-vault:${vault.origin}/secrets/tap`)).toBe(planted);
  const asked = vault.asked.find(({ url }) => url.startsWith("/identity?"));
  expect([asked?.headers["x-identity-header"], asked?.url]).toEqual([
    "header-1",
    "/identity?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net",
  ]);
});

test("a machine in Azure asks its own address, by http, for a proof that goes to the vault alone", async () => {
  const asked: string[] = [];
  const room = testRoom({
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      const headers = new Headers(init?.headers);
      asked.push(`${url} ${headers.get("metadata") ?? ""}${headers.get("authorization") ?? ""}`);
      return Promise.resolve(
        Response.json(url.includes("vault.azure.cn/") ? { value: planted } : { access_token: "machine-token" }),
      );
    },
  });
  const secret = secretResolver({ environment: {}, http: room.http, redaction: room.redaction, signal: room.cancel.signal });
  expect(await secret("azure-key-vault:https://ours.vault.azure.cn/secrets/tap")).toBe(planted);
  expect(asked).toEqual([
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.cn true",
    "https://ours.vault.azure.cn/secrets/tap?api-version=7.4 Bearer machine-token",
  ]);
});

test("what was resolved is struck out in every shape in which it may be told, the longest first", () => {
  const { redaction } = resolver();
  redaction.register("a&b c");
  redaction.register("a&b c and more");
  redaction.register("abc");
  expect(redaction.strike('1 a&b c and more 2 a%26b%20c 3 a%26b+c 4 YSZiIGM= 5 "a&b c" 6 abc')).toBe(
    '1 [secret] 2 [secret] 3 [secret] 4 [secret] 5 "[secret]" 6 abc',
  );
});
