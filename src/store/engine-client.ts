import type { Socket } from "node:net";
import { messageOf } from "../errors.ts";
import { codeIn } from "./failures.ts";
import type { OpenEngine } from "./open-engine.ts";
import type { Dress } from "./session-pool.ts";
import { FrameReader, protocol, type Request, request, sendFrame } from "./wire.ts";

type Work = Exclude<Request, { kind: "cancel" | "more" | "ping" }>;

interface Active {
  /** The name under which the engine knows the statement. */
  readonly name: string;
  isCancelled: boolean;
  /** Pieces of a stream that may be sent without being asked for. */
  credit: number;
  wake: () => void;
}

const killAgainMs = 200;
const piecesAhead = 2;

/** One process that asks the engine: its statements end with its connection. */
export class EngineClient {
  readonly #socket: Socket;
  readonly #engine: OpenEngine;
  readonly #name: string;
  readonly #active = new Map<number, Active>();

  constructor(socket: Socket, engine: OpenEngine, name: string) {
    this.#socket = socket;
    this.#engine = engine;
    this.#name = name;
    const frames = new FrameReader();
    socket.on("data", (part: Buffer) => {
      for (const frame of frames.push(part)) {
        const asked = request.safeParse(frame.header);
        if (asked.success) this.#take(asked.data, frame.body);
        else socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const id of this.#active.keys()) void this.#cancel(id);
    });
    sendFrame(socket, { kind: "hello", protocol });
  }

  get isConnected(): boolean {
    return !this.#socket.destroyed;
  }

  #take(asked: Request, body: Buffer): void {
    if (asked.kind === "cancel") void this.#cancel(asked.id);
    else if (asked.kind === "more") this.#wantMore(asked.id);
    else if (asked.kind === "ping") sendFrame(this.#socket, { kind: "done", id: asked.id });
    else void this.#answer(asked, body);
  }

  async #answer(asked: Work, body: Buffer): Promise<void> {
    const active: Active = { name: `${this.#name}-${asked.id}`, isCancelled: false, credit: piecesAhead, wake: () => {} };
    this.#active.set(asked.id, active);
    try {
      const { answer, lines } = await this.#work(asked, body, active);
      sendFrame(this.#socket, { kind: "done", id: asked.id, ...(lines === undefined ? {} : { lines }) }, answer);
    } catch (thrown) {
      const message = messageOf(thrown);
      sendFrame(this.#socket, { kind: "failed", id: asked.id, code: codeIn(message), message });
    } finally {
      this.#active.delete(asked.id);
    }
  }

  async #work(asked: Work, body: Buffer, active: Active): Promise<{ answer?: Buffer; lines?: number }> {
    if (asked.kind === "turn") {
      await this.#holdTurn(asked.id, active);
      return {};
    }
    const dress: Dress = {
      settings: { ...asked.settings, log_comment: active.name },
      parameters: "parameters" in asked ? asked.parameters : {},
      readOnly: "readOnly" in asked && asked.readOnly,
    };
    const begin = (): void => {
      if (active.isCancelled) throw new Error("Code: 394. DB::Exception: Query was cancelled.");
    };
    if (asked.kind === "run") return { answer: await this.#engine.ask(asked.sql, asked.format, dress, begin) };
    if (asked.kind === "load") return { lines: await this.#engine.load(asked, dress, begin) };
    if (asked.kind === "insert") await this.#engine.insert(asked.table, body, dress, begin);
    else {
      const wanted = async (): Promise<void> => {
        if (active.credit === 0 && !active.isCancelled) await new Promise<void>((go) => (active.wake = go));
        active.credit -= 1;
        begin();
      };
      const give = (piece: Buffer): void => sendFrame(this.#socket, { kind: "piece", id: asked.id }, piece);
      await this.#engine.stream(asked.sql, asked.format, dress, wanted, give);
    }
    return {};
  }

  /** Keeps the writer's turn from when it comes until it is cancelled. */
  async #holdTurn(id: number, active: Active): Promise<void> {
    const { writer } = this.#engine;
    try {
      while (!active.isCancelled && !writer.take(active, () => active.wake()))
        await new Promise<void>((go) => (active.wake = go));
      if (active.isCancelled) throw new Error("Code: 394. DB::Exception: Query was cancelled.");
      sendFrame(this.#socket, { kind: "piece", id });
      while (!active.isCancelled) await new Promise<void>((go) => (active.wake = go));
    } finally {
      writer.pass(active);
    }
  }

  #wantMore(id: number): void {
    const active = this.#active.get(id);
    if (active === undefined) return;
    active.credit += 1;
    active.wake();
  }

  /** Asks the engine to end a statement until it has: one that is only just beginning is not yet known to it. */
  async #cancel(id: number): Promise<void> {
    const active = this.#active.get(id);
    if (active === undefined || active.isCancelled) return;
    active.isCancelled = true;
    active.wake();
    while (this.#active.get(id) === active) {
      await this.#engine.kill(active.name);
      await new Promise((go) => setTimeout(go, killAgainMs));
    }
  }
}
