import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { expect, test } from "vitest";
import { FindingRefused } from "./deliver.ts";
import { type SinkEffects, sinkOf } from "./sinks.ts";

const printed: string[] = [];
const effects: SinkEffects = {
  fetch: globalThis.fetch,
  print: (line) => {
    printed.push(line);
    return Promise.resolve();
  },
  clock: () => new Date("2026-11-09T12:00:00Z"),
  hostname: "hunter",
};
const finding = { uid: "3f9a", severity: "High", document: '{"title":"ä"}' } as const;
const never = new AbortController().signal;
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

test("a line on standard output", async () => {
  await sinkOf("stdout", effects).send(finding, never);
  expect(printed).toEqual(['{"title":"ä"}']);
});

test("a web hook gets JSON and a key that tells repeats; an answer that is none fails without the address's secrets", async () => {
  const got: unknown[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      got.push([request.method, request.url, request.headers["content-type"], request.headers["idempotency-key"], body]);
      response.writeHead(status, status === 302 ? { location: "http://192.0.2.1/" } : {}).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const sink = sinkOf(`http://127.0.0.1:${portOf(server)}/hook?token=very-secret`, effects);
  expect(sink.name).toMatch(new RegExp(`^http://127.0.0.1:${portOf(server)}#[0-9a-f]{8}$`));
  await sink.send(finding, never);
  expect(got).toEqual([["POST", "/hook?token=very-secret", "application/json", "3f9a-High", '{"title":"ä"}']]);
  for (status of [500, 302]) {
    const failed = await sink.send(finding, never).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: "publish-failed" });
    expect(String(failed)).not.toContain("very-secret");
  }
  server.close();
  await once(server, "close");
  await expect(sink.send(finding, never)).rejects.toThrow("did not answer");
});

test("two hooks of one host are two sinks; a name and a password go into the header for them, and into nothing else", async () => {
  const got: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    got.push(request.headers.authorization);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = (rest: string, user = "") => sinkOf(`http://${user}127.0.0.1:${portOf(server)}${rest}`, effects);
  expect(new Set([at("/a").name, at("/b").name, at("/").name]).size).toBe(3);
  const sink = at("/a", "hunter:p%40ss@");
  expect(sink.name).toBe(at("/a").name);
  await sink.send(finding, never);
  expect(got).toEqual([`Basic ${Buffer.from("hunter:p@ss").toString("base64")}`]);
  server.close();
});

test("a finding that a hook refuses is told apart from a hook that fails, and is not sent again at once", async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(asked === 1 ? 413 : 204).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const sink = sinkOf(`http://127.0.0.1:${portOf(server)}/`, effects);
  await expect(sink.send(finding, never)).rejects.toBeInstanceOf(FindingRefused);
  await expect(sink.send(finding, never)).rejects.toBeInstanceOf(FindingRefused);
  await sink.send({ ...finding, uid: "4a" }, never);
  expect(asked).toBe(2);
  server.close();
});

test("a finding that is too long for a datagram holds no other up", async () => {
  const sink = sinkOf("syslog://127.0.0.1:9", effects);
  const long = { ...finding, document: JSON.stringify("x".repeat(70_000)) };
  await expect(sink.send(long, never)).rejects.toBeInstanceOf(FindingRefused);
});

const expected = `<107>1 2026-11-09T12:00:00.000Z hunter spoor - 3f9a - {"title":"ä"}`;

test("syslog over UDP and TCP, as RFC 5424 writes it", async () => {
  const datagrams = createSocket("udp4").bind(0, "127.0.0.1");
  await once(datagrams, "listening");
  const arrived = once(datagrams, "message");
  await sinkOf(`syslog://127.0.0.1:${portOf(datagrams)}`, effects).send(finding, never);
  expect(String((await arrived)[0])).toBe(expected);
  datagrams.close();

  const streamed = createTcpServer();
  const text = new Promise<string>((resolve) => {
    streamed.once("connection", (socket) => void textOf(socket).then(resolve));
  });
  streamed.listen(0, "127.0.0.1");
  await once(streamed, "listening");
  await sinkOf(`syslog+tcp://127.0.0.1:${portOf(streamed)}`, effects).send(finding, never);
  expect(await text).toBe(`${Buffer.byteLength(expected)} ${expected}`);
  const port = portOf(streamed);
  streamed.close();
  await once(streamed, "close");
  await expect(sinkOf(`syslog+tcp://127.0.0.1:${port}`, effects).send(finding, never)).rejects.toThrow("does not take it");
});

test.each([
  "somewhere",
  "ftp://host/x",
  "http://192.0.2.1/hook?token=very-secret",
  "syslog+udp://host",
  "file:///etc/passwd",
  "",
])("%s is no sink", (text) => {
  expect(() => sinkOf(text, effects)).toThrow(/is not a place for findings/);
  expect(() => sinkOf(text, effects)).not.toThrow(/very-secret/);
});
