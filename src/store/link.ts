import { connect, type Socket } from "node:net";
import { SpoorError } from "../errors.ts";
import { storeFailure } from "./failures.ts";
import { FrameReader, protocol, type Request, reply, sendFrame } from "./wire.ts";

type WithoutId<Asked> = Asked extends Request ? Omit<Asked, "id"> : never;
export type Question = WithoutId<Exclude<Request, { kind: "more" | "cancel" | "ping" }>>;

export interface Answer {
  readonly body: Buffer;
  readonly lines: number | undefined;
}

/** A connection to an engine's process. */
export interface Link {
  ask(question: Question, signal: AbortSignal | undefined, body?: Buffer): Promise<Answer>;
  pieces(question: Question, signal: AbortSignal | undefined): AsyncIterable<Buffer>;
  /** Whether the other side still answers. */
  ping(): Promise<void>;
  close(): void;
  readonly closed: Promise<void>;
}

interface Waiting {
  readonly piece: (bytes: Buffer) => void;
  readonly done: (answer: Answer) => void;
  readonly failed: (error: SpoorError) => void;
}

const greetingMs = 5_000;

/** Connects to the engine that listens at a socket; null when none does (the socket is stale, or was never there). */
export function connectTo(socketPath: string, lost: () => Promise<SpoorError>): Promise<Link | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const timer = setTimeout(() => socket.destroy(), greetingMs);
    const waiting = new Map<number, Waiting>();
    const frames = new FrameReader();
    const closed = new Promise<void>((ended) => socket.once("close", () => ended()));
    let isGreeted = false;
    socket.on("error", () => {});
    void closed.then(async () => {
      clearTimeout(timer);
      resolve(null);
      if (waiting.size === 0) return;
      const error = await lost();
      for (const one of waiting.values()) one.failed(error);
      waiting.clear();
    });
    socket.on("data", (part: Buffer) => {
      for (const frame of frames.push(part)) {
        const message = reply.parse(frame.header);
        if (message.kind === "hello") {
          clearTimeout(timer);
          isGreeted = true;
          socket.unref();
          if (message.protocol === protocol) resolve(linkOver(socket, waiting, closed));
          else {
            reject(otherVersion());
            socket.destroy();
          }
        } else if (isGreeted) deliver(socket, waiting, message, frame.body);
      }
    });
  });
}

function otherVersion(): SpoorError {
  return new SpoorError("store-locked", "the store is open in a process of another version of Spoor", {
    hint: "End that process, or use the same version.",
  });
}

function deliver(
  socket: Socket,
  waiting: Map<number, Waiting>,
  message: Exclude<ReturnType<typeof reply.parse>, { kind: "hello" }>,
  body: Buffer,
): void {
  const one = waiting.get(message.id);
  if (one === undefined) return;
  if (message.kind === "piece") {
    one.piece(body);
    return;
  }
  waiting.delete(message.id);
  if (waiting.size === 0) socket.unref();
  if (message.kind === "done") one.done({ body, lines: message.lines });
  else one.failed(storeFailure(message.code, message.message));
}

function linkOver(socket: Socket, waiting: Map<number, Waiting>, closed: Promise<void>): Link {
  let last = 0;
  const expect = (id: number, one: Waiting, signal: AbortSignal | undefined): void => {
    const cancel = (): void => sendFrame(socket, { kind: "cancel", id });
    const settled = (): void => signal?.removeEventListener("abort", cancel);
    signal?.addEventListener("abort", cancel, { once: true });
    // It may have been given between the last look at it and now: then nobody would be told.
    if (signal?.aborted === true) cancel();
    waiting.set(id, {
      piece: one.piece,
      done: (answer) => {
        settled();
        one.done(answer);
      },
      failed: (error) => {
        settled();
        one.failed(error);
      },
    });
    socket.ref();
  };
  const send = (question: Question, body?: Buffer): number => {
    last += 1;
    sendFrame(socket, { ...question, id: last }, body);
    return last;
  };
  const ask: Link["ask"] = (question, signal, body) =>
    new Promise((done, failed) => expect(send(question, body), { done, failed, piece: () => {} }, signal));
  return {
    ask,
    pieces: (question, signal) =>
      pieces(
        socket,
        () => send(question),
        (id, one) => expect(id, one, signal),
      ),
    ping: () =>
      new Promise((resolve, reject) => {
        last += 1;
        sendFrame(socket, { kind: "ping", id: last });
        expect(last, { done: () => resolve(), failed: reject, piece: () => {} }, undefined);
      }),
    close: () => socket.destroy(),
    closed,
  };
}

async function* pieces(
  socket: Socket,
  send: () => number,
  expect: (id: number, one: Waiting) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const queue: Buffer[] = [];
  let outcome: SpoorError | "done" | null = null;
  let wake = (): void => {};
  const id = send();
  const settle = (how: SpoorError | "done"): void => {
    outcome = how;
    wake();
  };
  expect(id, {
    piece: (bytes) => {
      queue.push(bytes);
      wake();
    },
    done: () => settle("done"),
    failed: settle,
  });
  try {
    while (true) {
      const piece = queue.shift();
      if (piece !== undefined) {
        sendFrame(socket, { kind: "more", id });
        yield piece;
      } else if (outcome === "done") return;
      else if (outcome !== null) throw outcome as SpoorError;
      else await new Promise<void>((go) => (wake = go));
    }
  } finally {
    if (outcome === null) sendFrame(socket, { kind: "cancel", id });
  }
}
