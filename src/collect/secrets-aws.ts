import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { SecretAway } from "./secret-away.ts";
import type { SecretEffects } from "./secrets.ts";

const answer = z.object({ SecretString: z.string().optional(), SecretBinary: z.instanceof(Uint8Array).optional() });
const fieldsOf = z.record(z.string(), z.unknown());

/**
 * The value of a secret in AWS Secrets Manager, "ARN" or "ARN#field" (a field of a secret that is a JSON object). Region from the ARN;
 * credentials, and an address of its own (AWS_ENDPOINT_URL_SECRETS_MANAGER), as the AWS SDK finds them.
 */
export async function awsSecret(rest: string, effects: Pick<SecretEffects, "signal" | "redaction">): Promise<string> {
  const [id = "", field] = rest.split("#");
  const where = `aws-secrets-manager:${rest}`;
  const text = await secretText(id, where, effects);
  effects.redaction.register(text);
  const fields = parsedFields(text);
  if (field === undefined) {
    if (fields === null) return text;
    throw new SpoorError("configuration", `${where}: the secret has several fields and the reference names none`, {
      hint: "Write #FIELD behind it.",
    });
  }
  const value = fields?.[field];
  if (typeof value === "string") return value;
  throw new SpoorError("configuration", `${where}: the secret has no text of that name`, {
    hint: "The part behind # is the name of a field of the secret.",
  });
}

async function secretText(id: string, where: string, effects: Pick<SecretEffects, "signal" | "redaction">): Promise<string> {
  // Loaded only where it is needed: the SDK is large.
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const region = id.startsWith("arn:") ? id.split(":")[3] : undefined;
  const requestHandler = { connectionTimeout: 10_000, socketTimeout: 30_000 };
  const client = new SecretsManagerClient({ requestHandler, ...(region === undefined || region === "" ? {} : { region }) });
  try {
    const given = answer.parse(await client.send(new GetSecretValueCommand({ SecretId: id }), { abortSignal: effects.signal }));
    return given.SecretString ?? new TextDecoder().decode(given.SecretBinary ?? new Uint8Array());
  } catch (cause) {
    const what = effects.redaction.strike(messageOf(cause));
    const message = `${where} cannot be had: ${what}`;
    const hint = "It needs secretsmanager:GetSecretValue on that secret, and credentials that the AWS SDK finds.";
    throw isAway(cause) ? new SecretAway(message, hint) : new SpoorError("configuration", message, { hint });
  } finally {
    client.destroy();
  }
}

const failure = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.number().optional() }).optional() });

/** Whether nobody said no: no answer, one of a server in trouble, or "too many questions". */
function isAway(cause: unknown): boolean {
  const { data } = failure.safeParse(cause);
  const status = data?.$metadata?.httpStatusCode;
  return (
    status === undefined || status === 429 || status >= 500 || /throttl|too ?many ?requests|slow ?down/i.test(data?.name ?? "")
  );
}

function parsedFields(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return fieldsOf.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
