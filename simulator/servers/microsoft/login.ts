import { Hono } from "hono";
import { importX509, jwtVerify } from "jose";
import type { Room } from "../room.ts";
import { cloudResources } from "./clouds.ts";

/** Microsoft's sign-in host: tokens for clients that prove themselves by secret or certificate. Its errors differ from Graph's. */
export function loginApp(room: Room): Hono {
  const app = new Hono();
  const refuse = (status: 400 | 401, error: string, code: number, text: string) =>
    Response.json(
      {
        error,
        error_description: `AADSTS${code}: ${text} Trace ID: ${room.random.uuid()}`,
        error_codes: [code],
        timestamp: `${new Date(room.now()).toISOString().slice(0, 19).replace("T", " ")}Z`,
        trace_id: room.random.uuid(),
        correlation_id: room.random.uuid(),
      },
      { status },
    );

  app.post("/:tenant/oauth2/v2.0/token", async (context) => {
    const { tenantId, clientId, clientSecret, certificate } = room.credentials.microsoft;
    const form = new URLSearchParams(await context.req.text());
    if (context.req.param("tenant") !== tenantId) return refuse(400, "invalid_request", 90002, "Tenant not found.");
    if (form.get("grant_type") !== "client_credentials")
      return refuse(400, "unsupported_grant_type", 70003, "The grant type is not supported.");
    if (form.get("client_id") !== clientId)
      return refuse(400, "unauthorized_client", 700016, "Application was not found in the directory.");
    const audience = (form.get("scope") ?? "").replace(/\/\.default$/, "");
    if (!(form.get("scope") ?? "").endsWith("/.default") || !isResource(room, audience)) {
      return refuse(400, "invalid_scope", 1002012, "The provided value for scope is not valid.");
    }
    const assertion = form.get("client_assertion");
    const isProven =
      assertion === null
        ? clientSecret !== undefined && form.get("client_secret") === clientSecret
        : certificate !== undefined && (await isSigned(room, assertion, form.get("client_assertion_type"), certificate));
    if (!isProven) return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.");
    const token = `graph.${room.random.hex(64)}`;
    room.tokens.microsoft.set(token, { expires: room.now() + room.limits.microsoftTokenSeconds * 1000, audience });
    return Response.json({
      token_type: "Bearer",
      expires_in: room.limits.microsoftTokenSeconds,
      ext_expires_in: room.limits.microsoftTokenSeconds,
      access_token: token,
    });
  });
  return app;
}

function isResource(room: Room, audience: string): boolean {
  return audience === room.urls.microsoft || cloudResources.includes(audience);
}

/** Microsoft wants the assertion signed with the certificate's key, for the token's own address, by the client, and fresh. */
async function isSigned(room: Room, assertion: string, type: string | null, certificate: string): Promise<boolean> {
  if (type !== "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return false;
  const { clientId, tenantId } = room.credentials.microsoft;
  for (const algorithm of ["PS256", "RS256"]) {
    try {
      await jwtVerify(assertion, await importX509(certificate, algorithm), {
        algorithms: [algorithm],
        issuer: clientId,
        subject: clientId,
        audience: `${room.urls.login}/${tenantId}/oauth2/v2.0/token`,
        currentDate: new Date(room.now()),
        clockTolerance: 300,
        requiredClaims: ["exp", "jti"],
      });
      return true;
    } catch {}
  }
  return false;
}
