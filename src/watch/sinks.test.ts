import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { expect, test } from "vitest";
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
  expect(sink.name).toBe(`http://127.0.0.1:${portOf(server)}`);
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
