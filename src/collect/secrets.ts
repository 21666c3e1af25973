import { open } from "node:fs/promises";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { HttpClient } from "./http.ts";
import type { Redaction } from "./redact.ts";
import { SecretAway } from "./secret-away.ts";
import { awsSecret } from "./secrets-aws.ts";
import { azureSecret, isVaultSecret } from "./secrets-azure.ts";

const kinds = ["env", "file", "aws-secrets-manager", "azure-key-vault"] as const;
const shapes =
  "env:NAME, file:/path, aws-secrets-manager:ARN#field or azure-key-vault:https://VAULT.vault.azure.net/secrets/NAME";
const maxFileBytes = 64 * 1024;

interface Reference {
  readonly kind: (typeof kinds)[number];
  readonly rest: string;
}

/**
 * Where a secret lies, in settings: env:NAME, file:/path (that only its owner can read), aws-secrets-manager:ARN[#field] or
 * azure-key-vault:https://VAULT.vault.azure.net/secrets/NAME. A secret itself is refused there, without being shown.
 */
export const secretReference = z.string().refine((text) => parsed(text) !== null, {
  error: `it must say where the secret lies (${shapes}), not the secret itself; what stands there is not shown`,
});

/** What finding secrets needs of the outside. */
export interface SecretEffects {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For key vaults. */
  readonly http: HttpClient;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  /**
   * What references led to before, in a process that goes on for long: where a vault or a manager of secrets does not answer, what it
   * gave last is used, and `tell` is told so. Held in memory only. Default: nothing is known, and such a silence is an error.
   */
  readonly known?: Map<string, string>;
  readonly tell?: (reason: string) => void;
}

/**
 * Gives the function that finds the value behind a reference, and registers it to be struck out of whatever is told. The value is
 * kept nowhere but in `effects.known`. Rejects as configuration error that says what was looked for and never what was found.
 */
export function secretResolver(effects: SecretEffects): (reference: string) => Promise<string> {
  return async (text) => {
    const reference = parsed(text);
    if (reference === null)
      throw new SpoorError("configuration", "a secret is given where a reference to one is wanted; it is not shown", {
        hint: `References are ${shapes}.`,
      });
    const before = effects.known?.get(text);
    if (before !== undefined) effects.redaction.register(before);
    const value = await secretBehind(reference, effects).catch((thrown: unknown) => {
      if (before === undefined || !(thrown instanceof SecretAway)) throw thrown;
      effects.tell?.(`${thrown.message}; the secret that it gave last is used, and it is asked again the next time`);
      return before;
    });
    effects.redaction.register(value);
    if (value !== "") effects.known?.set(text, value);
    if (value !== "") return value;
    throw new SpoorError("configuration", `${reference.kind}:${reference.rest} is empty`, { hint: "Put the secret there." });
  };
}

function parsed(text: string): Reference | null {
  const [, name = "", rest = ""] = /^([a-z-]+):(.+)$/s.exec(text) ?? [];
  const kind = kinds.find((known) => known === name);
  if (kind === undefined) return null;
  const isWellFormed = {
    env: /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest),
    file: !rest.includes("\0"),
    "aws-secrets-manager": /^[A-Za-z0-9/_+=.@:-]{1,2048}(#[^#]{1,256})?$/.test(rest),
    "azure-key-vault": isVaultSecret(rest),
  }[kind];
  return isWellFormed ? { kind, rest } : null;
}

function secretBehind({ kind, rest }: Reference, effects: SecretEffects): Promise<string> {
  switch (kind) {
    case "env":
      return fromEnvironment(rest, effects.environment);
    case "file":
      return fromFile(rest);
    case "aws-secrets-manager":
      return awsSecret(rest, effects);
    case "azure-key-vault":
      return azureSecret(rest, effects);
  }
}

async function fromEnvironment(name: string, environment: SecretEffects["environment"]): Promise<string> {
  const value = environment[name];
  if (value !== undefined) return value;
  throw new SpoorError("configuration", `env:${name}: there is no such variable`, { hint: `Set ${name}.` });
}

/** Looks and reads through one handle, so that what was looked at is what is read. A link to such a file is followed. */
async function fromFile(path: string): Promise<string> {
  const refuse = (what: string, hint: string, cause?: unknown): SpoorError =>
    new SpoorError("configuration", `file:${path}: ${what}`, { hint, cause });
  const file = await open(path, "r").catch((cause: unknown) => {
    throw refuse(`it cannot be read: ${messageOf(cause)}`, "Name a file that holds the secret and nothing else.", cause);
  });
  try {
    const about = await file.stat();
    if (!about.isFile()) throw refuse("it is not a file", "Name a file that holds the secret and nothing else.");
    if ((about.mode & 0o077) !== 0)
      throw refuse(`others may read it (mode ${(about.mode & 0o777).toString(8)})`, "chmod 600 makes it yours alone.");
    if (about.size > maxFileBytes)
      throw refuse("it is too long for a secret", "Name a file that holds the secret and nothing else.");
    return (await file.readFile("utf8")).replace(/\r?\n$/, "");
  } finally {
    await file.close();
  }
}
