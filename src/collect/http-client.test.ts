import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { type HttpRequest, VendorError } from "./http.ts";
import { sleep } from "./sleep.ts";
import { type Answering, inTurn, json, type TestVendor, testRoom, testVendor } from "./testing.ts";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function vendorThat(answer: Answering): Promise<TestVendor> {
  const vendor = await testVendor(answer);
  open.push(() => vendor.close());
  return vendor;
}

const pool = { name: "test", requests: 1000, perMs: 1000, atOnce: 4 };
function ask(vendor: TestVendor, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: "GET", url: `${vendor.origin}/list?from=1`, origin: vendor.origin, pool, ...more };
}
async function refusal(work: Promise<unknown>): Promise<VendorError> {
  const thrown = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (thrown instanceof VendorError) return thrown;
  throw new Error(`no VendorError, but ${String(thrown)}`);
}
/** A room that says when its questions begin. */
function timedRoom() {
  const begun: number[] = [];
  const room = testRoom({
    fetch: (...question) => {
      begun.push(room.state.now);
      return globalThis.fetch(...question);
    },
  });
  return { ...room, begun };
}
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "spoor-room-"));
  open.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("an answer comes with status, headers and body; an empty one has no body; text with a JSON body is JSON", async () => {
  const vendor = await vendorThat(
    inTurn(
      json({ a: 1 }, 201, { "X-Cs-Region": "eu-1" }),
      (_, response) => response.writeHead(204).end(),
      (_, response) => response.setHeader("content-type", "text/plain").end('\n{"b":2}'),
    ),
  );
  const { http } = testRoom();
  const first = await http.json(ask(vendor));
  expect([first.status, first.body, first.headers["x-cs-region"]]).toEqual([201, { a: 1 }, "eu-1"]);
  expect((await http.json(ask(vendor))).body).toBeUndefined();
  expect((await http.json(ask(vendor))).body).toEqual({ b: 2 });
});

test("forms and objects are sent as what they are", async () => {
  const vendor = await vendorThat(json({}));
  const { http } = testRoom();
  await http.json(ask(vendor, { method: "POST", body: new URLSearchParams({ client_id: "me & you" }) }));
  await http.json(ask(vendor, { method: "POST", body: { Query: "x" } }));
  expect(vendor.asked.map(({ headers, body }) => [headers["content-type"], body])).toEqual([
    ["application/x-www-form-urlencoded", "client_id=me+%26+you"],
    ["application/json", '{"Query":"x"}'],
  ]);
});

test("after a 401 the proof is renewed once, however many questions wait for it, and the same question is asked again", async () => {
  const vendor = await vendorThat((request, response) =>
    request.headers.authorization === "Bearer token-2"
      ? json({ url: request.url })(request, response, 0)
      : json({}, 401)(request, response, 0),
  );
  let renewals = 0;
  let current = "token-1";
  const authorise = async (refused: boolean) => {
    await sleep(5, new AbortController().signal);
    if (refused) {
      renewals += 1;
      current = `token-${renewals + 1}`;
    }
    return { authorization: `Bearer ${current}` };
  };
  const { http } = testRoom();
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((page) => http.json(ask(vendor, { url: `${vendor.origin}/?page=${page}`, authorise }))),
  );
  expect(answers.map(({ body }) => body)).toEqual([1, 2, 3, 4, 5, 6].map((page) => ({ url: `/?page=${page}` })));
  expect(renewals).toBe(1);
});

test("a second 401 is final, and so is one without anything to renew", async () => {
  const vendor = await vendorThat(json({ error: "no" }, 401));
  const { http } = testRoom();
  const renewed = await refusal(http.json(ask(vendor, { authorise: () => Promise.resolve({ authorization: "Bearer same" }) })));
  expect([renewed.kind, renewed.status, vendor.asked.length]).toEqual(["unauthorised", 401, 2]);
  expect((await refusal(http.json(ask(vendor)))).kind).toBe("unauthorised");
  expect(vendor.asked.length).toBe(3);
});

test("a token request of the same pool does not wait for the question that waits for it", async () => {
  const vendor = await vendorThat((request, response) =>
    json(request.url === "/token" ? { token: "t" } : { auth: request.headers.authorization })(request, response, 0),
  );
  const narrow = { ...pool, name: "narrow", atOnce: 1 };
  const { http } = testRoom();
  const authorise = async () => {
    await http.json(ask(vendor, { url: `${vendor.origin}/token`, pool: narrow }));
    return { authorization: "Bearer t" };
  };
  expect((await http.json(ask(vendor, { authorise, pool: narrow }))).body).toEqual({ auth: "Bearer t" });
});

test.each([
  ["403", 403, "forbidden"],
  ["400", 400, "refused"],
  ["404", 404, "refused"],
  ["410", 410, "refused"],
  ["413", 413, "refused"],
  ["422", 422, "refused"],
])("%s is understood and never asked again", async (_name, status, kind) => {
  const vendor = await vendorThat(json({ errors: [{ code: status }] }, status));
  const error = await refusal(testRoom().http.json(ask(vendor)));
  expect([error.kind, error.status, error.body, vendor.asked.length]).toEqual([kind, status, { errors: [{ code: status }] }, 1]);
});

test("a status that is accepted is an answer, JSON or not", async () => {
  const vendor = await vendorThat(inTurn(json("The requested interval is too short.", 400), json({ code: 1 }, 400)));
  const { http } = testRoom();
  expect((await http.json(ask(vendor, { accept: [400] }))).body).toBe("The requested interval is too short.");
  expect((await http.json(ask(vendor, { accept: [400] }))).body).toEqual({ code: 1 });
});

const noon = "Mon, 02 Nov 2026 12:00:00 GMT";
test.each([
  ["whole seconds", { "retry-after": "7" }, 7000],
  ["fractions of a second", { "retry-after": "2.128" }, 2128],
  ["a date, read by the vendor's own clock", { date: noon, "retry-after": "Mon, 02 Nov 2026 12:00:30 GMT" }, 30_000],
  ["seconds since 1970", { date: noon, "x-ratelimit-retryafter": String(Date.parse(noon) / 1000 + 12) }, 12_000],
  ["milliseconds since 1970", { date: noon, "x-ratelimit-retryafter": String(Date.parse(noon) + 9000) }, 9000],
  ["seconds under the other name", { "x-ratelimit-retryafter": "5" }, 5000],
  ["the longer of two", { "retry-after": "2", "x-ratelimit-retryafter": "5" }, 5000],
  ["nothing: half of what a first back-off may be", {}, 500],
  ["a moment that is past", { date: noon, "retry-after": "Mon, 02 Nov 2026 11:00:00 GMT" }, 500],
  ["nonsense", { "retry-after": "soon" }, 500],
])("429 with %s", async (_name, headers, wait) => {
  const vendor = await vendorThat(inTurn(json({}, 429, { ...headers }), json({ done: true })));
  const { http, waits } = testRoom();
  expect((await http.json(ask(vendor))).body).toEqual({ done: true });
  expect(waits).toEqual([wait]);
});

test("429 keeps the whole pool waiting, not only the question that met it", async () => {
  const vendor = await vendorThat(inTurn(json({}, 429, { "retry-after": "30" }), json({})));
  const { http, state, begun } = timedRoom();
  const alone = { ...pool, name: "alone", atOnce: 1 };
  const first = state.now;
  await Promise.all([http.json(ask(vendor, { pool: alone })), http.json(ask(vendor, { pool: alone }))]);
  expect(begun.map((moment) => moment - first)).toEqual([0, 30_000, 30_000]);
});

test("patience ends with the deadline, not with a count; a wait that would pass it is not begun", async () => {
  const vendor = await vendorThat(json({}, 503));
  const { http, waits, state } = testRoom();
  const begun = state.now;
  const error = await refusal(http.json(ask(vendor, { deadlineMs: 600_000 })));
  expect(error.kind).toBe("unavailable");
  expect(waits.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(vendor.asked.length).toBe(waits.length + 1);
  expect(state.now - begun).toBeGreaterThan(540_000);
  expect(state.now - begun).toBeLessThanOrEqual(600_000);

  const limited = await vendorThat(json({}, 429, { "retry-after": "7200" }));
  expect((await refusal(http.json(ask(limited)))).kind).toBe("limited");
  expect(limited.asked.length).toBe(1);
});

const cut: Answering = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"resources":[{"id":1},{"i');
};
const shortOfItsLength: Answering = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"resources":[]}');
  setTimeout(() => response.destroy(), 10);
};
const reset: Answering = (request) => request.socket.resetAndDestroy();
const resetInTheMiddle: Answering = (request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"resources":');
  setTimeout(() => request.socket.resetAndDestroy(), 10);
};
const page: Answering = (_request, response) =>
  response.setHeader("content-type", "text/html").end("<html>down for repair</html>");

test.each<[string, Answering]>([
  ["500", json({}, 500)],
  ["502 as a page for people", (_, response) => response.writeHead(502).end("<html>")],
  ["503 with a wait", json({}, 503, { "retry-after": "1" })],
  ["504", json({}, 504)],
  ["408", json({}, 408)],
  ["a page for people in place of JSON", page],
  ["JSON that is cut off", cut],
  ["less than the length that was announced", shortOfItsLength],
  ["a connection that is reset at once", reset],
  ["a connection that is reset in the middle", resetInTheMiddle],
])("%s is asked again, and nothing of it is used", async (_name, fault) => {
  const vendor = await vendorThat(inTurn(fault, fault, json({ resources: [7] })));
  const { http, log } = testRoom();
  expect((await http.json(ask(vendor))).body).toEqual({ resources: [7] });
  expect(vendor.asked.length).toBe(3);
  expect(log.map(({ attempt, failure }) => [attempt, failure === null])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
});

test("a server that never answers, and one that falls silent in the middle, are left; one that is slow is not", async () => {
  const silent: Answering = () => undefined;
  const stalled: Answering = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"a":');
  };
  const slow: Answering = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const pieces = [...'{"slow":true}'];
    const timer = setInterval(() => {
      const piece = pieces.shift();
      if (piece !== undefined) response.write(piece);
      else {
        clearInterval(timer);
        response.end();
      }
    }, 60);
  };
  const vendor = await vendorThat(inTurn(silent, stalled, slow));
  const { http, log } = testRoom({}, { headersMs: 500, bodyIdleMs: 500 });
  expect((await http.json(ask(vendor))).body).toEqual({ slow: true });
  expect(log.map(({ failure }) => failure?.replace(/^GET [\d.:]+\/list /, ""))).toEqual([
    "was not answered: no answer within 0.5 s",
    "gave an answer that cannot be used: nothing came for 0.5 s",
    undefined,
  ]);
});

test("nobody listening is unavailable, with the reason", async () => {
  const vendor = await testVendor(json({}));
  await vendor.close();
  const error = await refusal(testRoom().http.json(ask(vendor, { deadlineMs: 5000 })));
  expect([error.kind, error.status]).toEqual(["unavailable", null]);
  expect(error.message).toContain("ECONNREFUSED");
});

test.each([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", 1],
  ["CERT_HAS_EXPIRED", "certificate has expired", 1],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname does not match", 1],
  ["UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error", 4],
  ["ENOTFOUND", "getaddrinfo ENOTFOUND api.example.com", 4],
])("%s is told with its reason, and tried again only where that can help", async (code, message, tries) => {
  let tried = 0;
  const { http } = testRoom({
    fetch: () => {
      tried += 1;
      return Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) }));
    },
  });
  const url = "https://api.example.com/";
  const error = await refusal(http.json({ method: "GET", url, origin: url, pool, deadlineMs: 6000 }));
  expect([error.kind, tried]).toEqual(["unavailable", tries]);
  expect(error.message).toContain(message);
  expect(error.message).toContain(code);
});

test("an answer longer than allowed is dropped on the way, whatever length it announces, and not asked again", async () => {
  const endless: Answering = (_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      if (!response.destroyed) response.once("drain", more);
    };
    response.writeHead(200);
    more();
  };
  const vendor = await vendorThat(endless);
  expect((await refusal(testRoom().http.json(ask(vendor, { maxBytes: 1_000_000 })))).kind).toBe("too-large");
  expect(vendor.asked.length).toBe(1);
  const frank = await vendorThat(json("x".repeat(5000)));
  expect((await refusal(testRoom().http.json(ask(frank, { maxBytes: 1000 })))).kind).toBe("too-large");
});

test("a redirect within the origin is followed; one to another host is not, and the host learns nothing", async () => {
  const stranger = await vendorThat(json({ stolen: true }));
  const vendor = await vendorThat((request, response) => {
    if (request.url === "/here") return json({ moved: true })(request, response, 0);
    const location = request.url === "/inside" ? "/here" : `${stranger.origin}/${request.url}`;
    return response.writeHead(302, { location }).end();
  });
  const { http } = testRoom();
  expect((await http.json(ask(vendor, { url: `${vendor.origin}/inside` }))).body).toEqual({ moved: true });
  const error = await refusal(http.json(ask(vendor, { url: `${vendor.origin}/outside` })));
  expect(error.kind).toBe("foreign-host");
  expect(stranger.asked).toEqual([]);
  const round = await vendorThat((_, response) => response.writeHead(307, { location: "/again" }).end());
  expect((await refusal(http.json(ask(round)))).kind).toBe("refused");
});

test.each([
  ["another host", "https://evil.example/next", "https://api.example.com"],
  ["another port", "https://api.example.com:8443/next", "https://api.example.com"],
  ["another scheme", "http://api.example.com/next", "https://api.example.com"],
  ["a host that only begins alike", "https://api.example.com.evil.example/", "https://api.example.com"],
  ["a name and a password before the host", "https://api.example.com@evil.example/", "https://api.example.com"],
  ["credentials in the address", "https://me:pass@api.example.com/", "https://api.example.com"],
  ["no address", "//", "https://api.example.com"],
  ["http to another machine", "http://api.example.com/", "http://api.example.com"],
  ["a file", "file:///etc/passwd", "file:///etc"],
])("a question to %s is refused before anything is sent, authorised or looked up", async (_name, url, origin) => {
  let sent = 0;
  const count = () => {
    sent += 1;
    return Promise.reject(new Error("sent"));
  };
  const { http } = testRoom({ fetch: count });
  const error = await refusal(http.json({ method: "GET", url, origin, pool, authorise: count }));
  expect([error.kind, sent]).toEqual(["foreign-host", 0]);
  expect(error.message).not.toContain("pass@");
});

test("the vendor's clock is known from its answers, by host", async () => {
  const ahead = await vendorThat(json({}, 200, { date: "Mon, 02 Nov 2026 10:10:00 GMT" }));
  const { http } = testRoom();
  const { host } = new URL(ahead.origin);
  expect(http.skewMs(host)).toBeNull();
  await http.json(ask(ahead));
  expect(http.skewMs(host)).toBe(600_500);
});

test("no more questions begin in a stretch of time than the limit allows, and no more run at once", async () => {
  let running = 0;
  let most = 0;
  const vendor = await vendorThat((_request, response) => {
    running += 1;
    most = Math.max(most, running);
    setTimeout(() => {
      running -= 1;
      response.end("{}");
    }, 3);
  });
  const { http, begun } = timedRoom();
  const five = { name: "five", requests: 5, perMs: 10_000, atOnce: 2 };
  await Promise.all(Array.from({ length: 23 }, () => http.json(ask(vendor, { pool: five }))));
  expect(most).toBe(2);
  expect(begun.length).toBe(23);
  for (const [index, moment] of begun.entries())
    expect((begun[index + 5] ?? Number.POSITIVE_INFINITY) - moment).toBeGreaterThanOrEqual(10_000);
});

test("a clock that stands still keeps nothing waiting for ever", async () => {
  const vendor = await vendorThat(inTurn(json({}, 429, { "retry-after": "30" }), json({}, 503), json({})));
  let waited = 0;
  const { http } = testRoom({
    now: () => 1_000_000,
    sleep: (milliseconds) => {
      waited += milliseconds;
      return Promise.resolve();
    },
  });
  const one = { name: "one", requests: 1, perMs: 60_000, atOnce: 1 };
  await http.json(ask(vendor, { pool: one }));
  expect(waited).toBe(120_000);
  const broken = await vendorThat(json({}, 503));
  expect((await refusal(http.json(ask(broken)))).kind).toBe("unavailable");
});

test("with ten questions left of the vendor's limit, the rest is spread out", async () => {
  const vendor = await vendorThat((request, response, ordinal) =>
    json({}, 200, { "X-RateLimit-Remaining": String(13 - ordinal) })(request, response, ordinal),
  );
  const { http, waits } = testRoom();
  const minute = { name: "minute", requests: 6000, perMs: 60_000, atOnce: 4 };
  for (let question = 0; question < 5; question += 1) await http.json(ask(vendor, { pool: minute }));
  expect(waits.map(Math.round)).toEqual([909, 1000]);
});

test("cancelling ends waiting, asking and reading at once, as cancelled, and leaves no timer behind", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const vendor = await vendorThat((request, response) => {
    if (request.url?.startsWith("/limited")) return json({}, 429, { "retry-after": "600" })(request, response, 0);
    if (request.url?.startsWith("/stalled")) {
      response.writeHead(200);
      return response.write("{");
    }
    return undefined;
  });
  const before = timers();
  const { http, cancel } = testRoom({ sleep });
  const waiting = ["/limited", "/stalled", "/silent"].map((path, index) =>
    http
      .json(ask(vendor, { url: `${vendor.origin}${path}`, pool: { ...pool, name: `pool-${index}` } }))
      .catch((cause: unknown) => cause),
  );
  await expect.poll(() => vendor.asked.length).toBe(3);
  await sleep(50, new AbortController().signal);
  cancel.abort(new SpoorError("cancelled", "stopped by Ctrl-C"));
  for (const thrown of await Promise.all(waiting))
    expect(thrown).toMatchObject({ code: "cancelled", message: "stopped by Ctrl-C" });
  await expect(http.json(ask(vendor))).rejects.toMatchObject({ code: "cancelled" });
  await vendor.close();
  // The runtime's own timers for idle connections are not ours.
  expect(timers()).toBeLessThanOrEqual(before + 1);
});

test("a download is whole or not there: a file cut short is fetched again, and only its owner can read it", async () => {
  const bytes = Buffer.from("line 1\nline 2\n".repeat(10_000));
  const short: Answering = (_request, response) => {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, 1000));
    setTimeout(() => response.destroy(), 10);
  };
  const vendor = await vendorThat(
    inTurn(short, (_, response) => response.writeHead(200, { "content-length": String(bytes.length) }).end(bytes)),
  );
  const path = join(folder(), "part-00000.gz");
  const { http } = testRoom();
  expect(await http.download(ask(vendor), path)).toEqual({ bytes: bytes.length });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(vendor.asked[1]?.headers["accept-encoding"]).toBe("identity");

  const gone = await vendorThat(json({}, 404));
  const nowhere = folder();
  expect((await refusal(http.download(ask(gone), join(nowhere, "x")))).kind).toBe("refused");
  expect(readdirSync(nowhere)).toEqual([]);
});

test("no secret is told: not the proof, not the query, not a body sent, not what the vendor or the runtime repeats of it", async () => {
  const secret = 'p4ss+word/"of"&TAP';
  const basic = Buffer.from(`principal:${secret}`).toString("base64");
  const echo: Answering = (request, response) =>
    json(
      { error: `bad credentials ${request.headers.authorization} for ${secret} or ${encodeURIComponent(secret)}` },
      request.url === "/401" ? 401 : 400,
    )(request, response, 0);
  const vendor = await vendorThat(echo);
  const { http, log, redaction } = testRoom();
  redaction.register(secret);
  const proof = { headers: { Authorization: `Basic ${basic}` } };
  const errors = [
    await refusal(http.json(ask(vendor, { ...proof, url: `${vendor.origin}/401` }))),
    await refusal(
      http.json(
        ask(vendor, { ...proof, url: `${vendor.origin}/${encodeURIComponent(secret)}?token=${encodeURIComponent(secret)}` }),
      ),
    ),
    await refusal(http.json(ask(vendor, { ...proof, method: "POST", body: new URLSearchParams({ client_secret: secret }) }))),
    await refusal(http.json(ask(vendor, { headers: { authorization: `Bearer ${secret}\nx` } }))),
    await refusal(http.json(ask(vendor, { url: `https://${encodeURIComponent(secret)}@evil.example/` }))),
  ];
  const told = JSON.stringify([
    log,
    errors.map((error) => [
      error.message,
      error.body,
      error.stack,
      error.cause instanceof Error ? error.cause.message : error.cause,
    ]),
  ]);
  for (const shape of [secret, encodeURIComponent(secret), basic, JSON.stringify(secret).slice(1, -1), "token=", "client_secret"])
    expect(told).not.toContain(shape);
  expect(told).toContain("[secret]");
  expect(log.every(({ path }) => !path.includes("?"))).toBe(true);
});

test("a connection that is accepted and never spoken on ends as unavailable", async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const address = mute.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const { http } = testRoom({}, { headersMs: 100 });
  const error = await refusal(http.json({ method: "GET", url: origin, origin, pool, deadlineMs: 300 }));
  expect(error.kind).toBe("unavailable");
  mute.close();
});
