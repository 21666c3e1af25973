import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { connectTo, graphThat, lastHour, list, pagesOf, serve, streamNamed, testNow } from "./testing.ts";

describe("proving who asks", () => {
  test("a secret is sent to the sign-in service once, and a token with every question", async () => {
    const { server, made } = await graphThat(() => list([]));
    await pagesOf(streamNamed(made, "sign-ins"), lastHour);
    await pagesOf(streamNamed(made, "users"), lastHour);
    const [token, ...questions] = server.asked;
    expect(token?.path).toBe("/t-1/oauth2/v2.0/token");
    expect(Object.fromEntries(new URLSearchParams(token?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "c-1",
      client_secret: "s3cret-of-the-test",
      scope: "https://graph.microsoft.com/.default",
    });
    expect(questions.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-1"]);
  });

  test.each([
    ["gcc", "https://graph.microsoft.com/.default"],
    ["usgov", "https://graph.microsoft.us/.default"],
    ["dod", "https://dod-graph.microsoft.us/.default"],
    ["china", "https://microsoftgraph.chinacloudapi.cn/.default"],
  ])("a token is asked for the interface of the cloud %s", async (cloud, scope) => {
    const { server, made } = await graphThat(() => list([]), { cloud });
    await pagesOf(streamNamed(made, "users"), lastHour);
    expect(new URLSearchParams(server.asked[0]?.body).get("scope")).toBe(scope);
  });

  test("a certificate signs a statement for the sign-in service that its public key confirms", async () => {
    const pem = readFileSync(fileURLToPath(new URL("../fixtures/certificate.pem", import.meta.url)), "utf8");
    const server = await serve(({ path }) =>
      path.endsWith("/token") ? { body: { access_token: "token-1", expires_in: 3599 } } : list([]),
    );
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url, certificate: "env:PEM" }, { PEM: pem });
    await pagesOf(streamNamed(made, "users"), lastHour);
    const form = new URLSearchParams(server.asked[0]?.body);
    expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    expect(form.has("client_secret")).toBe(false);
    const verified = await jwtVerify(form.get("client_assertion") ?? "", new X509Certificate(pem).publicKey, {
      audience: `${server.url}/t-1/oauth2/v2.0/token`,
      issuer: "c-1",
      subject: "c-1",
      currentDate: new Date(testNow),
    });
    const thumbprint = createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url");
    expect(verified.protectedHeader).toMatchObject({ alg: "PS256", "x5t#S256": thumbprint });
  });

  test("a certificate that cannot be read is told without quoting it", async () => {
    const bad =
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----";
    await expect(connectTo({ certificate: "env:PEM" }, { PEM: bad })).rejects.toMatchObject({
      code: "configuration",
      message: expect.not.stringContaining("U0VDUkVU"),
    });
  });

  test("a token that is refused is renewed once and the same page asked for again", async () => {
    let given = 0;
    const server = await serve(({ path, headers }) => {
      if (path.endsWith("/token")) return { body: { access_token: `token-${++given}`, expires_in: 3599 } };
      return headers.authorization === "Bearer token-1"
        ? { status: 401, body: { error: { code: "InvalidAuthenticationToken", message: "expired" } } }
        : list([{ id: "a" }]);
    });
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    expect(await pagesOf(streamNamed(made, "sign-ins"), lastHour)).toMatchObject([{ records: [{ id: "a" }], cursor: null }]);
    expect(given).toBe(2);
  });

  test("credentials that are refused are told with the service's reason and without the secret", async () => {
    const server = await serve(() => ({
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "AADSTS7000215: Invalid client secret s3cret-of-the-test.\r\nTrace ID: 1",
      },
    }));
    const made = await connectTo({ graphUrl: server.url, loginUrl: server.url });
    const asking = pagesOf(streamNamed(made, "users"), lastHour);
    await expect(asking).rejects.toMatchObject({ kind: "unauthorised", message: expect.stringContaining("AADSTS7000215") });
    await expect(asking).rejects.toMatchObject({ message: expect.not.stringContaining("s3cret") });
  });
});
