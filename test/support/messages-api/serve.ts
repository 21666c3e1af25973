import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { z } from "zod";
import type { Answer, Brain } from "./brain.ts";
import { inputTokensOf, PromptCache } from "./cache.ts";
import { type Endpoint, type Fault, type FaultRule, faultFor } from "./faults.ts";
import { type MessageBody, messageOf } from "./message.ts";
import { catalogue, modelInfo, modelOf } from "./models.ts";
import { countedRequest, messagesRequest } from "./request.ts";
import { routeOf } from "./routes.ts";
import { event, eventsOf } from "./stream.ts";
import { type Complaint, complaintOf } from "./validate.ts";

/** One request as it came, before anything was made of it: the whole of what left whoever asked. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly requestId: string;
  /** Null where no status was sent. */
  status: number | null;
  /** The message that was answered; null for everything else. */
  answer: MessageBody | null;
}

export interface MessagesApiOptions {
  readonly brain: Brain;
  readonly faults?: readonly FaultRule[];
  /** For the lifetime of what is cached; default: the time stands still. */
  readonly clock?: () => Date;
  /** The only key that is taken; default: any. */
  readonly key?: string;
  /** Longest body in bytes; default 32 MB. */
  readonly mostBytes?: number;
}

export interface MessagesApi {
  /** For the SDK's baseURL. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** What goes wrong from now on, in place of the rules before; calls go on counting. */
  readonly setFaults: (faults: readonly FaultRule[]) => void;
  readonly setBrain: (brain: Brain) => void;
  readonly close: () => Promise<void>;
}

/** Serves the Messages API on a free port of loopback: validates as the vendor does, answers what the brain says. */
export async function startMessagesApi(options: MessagesApiOptions): Promise<MessagesApi> {
  let { brain, faults = [] } = options;
  const { clock = () => new Date(0), mostBytes = 32 * 1024 * 1024 } = options;
  const requests: LoggedRequest[] = [];
  const cache = new PromptCache();
  const memory = {
    thinkingOf: new Map<string, readonly string[]>(),
    signatures: new Map<string, string>(),
    paused: new Set<string>(),
  };
  const calls: Record<Endpoint, number> = { messages: 0, count_tokens: 0, models: 0 };
  let answered = 0;

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      // A brain that throws is a test that is wrong: told as a fault of the server.
      if (outgoing.headersSent) outgoing.destroy();
      else tell(outgoing, 500, { type: "error", error: { type: "api_error", message: String(error) } });
    });
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await textOf(incoming);
    const url = new URL(incoming.url ?? "/", "http://loopback");
    const requestId = `req_${String(requests.length + 1).padStart(6, "0")}`;
    const logged: LoggedRequest = {
      method: incoming.method ?? "",
      path: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(", ")])),
      body,
      requestId,
      status: null,
      answer: null,
    };
    requests.push(logged);
    outgoing.setHeader("request-id", requestId);
    const refuse = ({ status, type, message }: Complaint, errorCode?: string) => {
      logged.status = status;
      const details = errorCode === undefined ? {} : { details: { error_code: errorCode } };
      tell(outgoing, status, { type: "error", error: { type, message, ...details }, request_id: requestId });
    };

    const route = routeOf(logged.method, url.pathname);
    if (route === null) return refuse({ status: 404, type: "not_found_error", message: "Not Found" });
    const unknown = credentialComplaint(logged.headers, route.isPlain, options.key);
    if (unknown !== null) return refuse(unknown);
    calls[route.endpoint] += 1;
    const fault = faultFor(faults, route.endpoint, calls[route.endpoint]);
    if (route.endpoint === "models") {
      if (fault !== undefined && (await broken(fault, outgoing, refuse, "{}", "{}"))) return undefined;
      const found = route.model === null ? listOfModels() : infoOf(route.model);
      if (found === null) return refuse({ status: 404, type: "not_found_error", message: `model: ${route.model}` });
      logged.status = 200;
      return tell(outgoing, 200, found);
    }
    if (Buffer.byteLength(body) > mostBytes)
      return refuse({ status: 413, type: "request_too_large", message: "Request exceeds the maximum size" });
    const json = parsed(body);
    if (json === null)
      return refuse({ status: 400, type: "invalid_request_error", message: "The request body is not valid JSON" });
    const filled = route.fill(json);

    if (route.endpoint === "count_tokens") {
      const counted = countedRequest.safeParse(filled);
      if (!counted.success) return refuse(shapeComplaint(counted.error));
      const why = complaintOf(counted.data, memory);
      if (why !== null) return refuse(why);
      if (fault !== undefined && (await broken(fault, outgoing, refuse, "{}", "{}"))) return undefined;
      logged.status = 200;
      return tell(outgoing, 200, { input_tokens: inputTokensOf(counted.data) });
    }

    const request = messagesRequest.safeParse(filled);
    if (!request.success) return refuse(shapeComplaint(request.error));
    const why = complaintOf(request.data, memory);
    if (why !== null) return refuse(why);
    if (fault?.kind === "status") return refuse(statusComplaint(fault, outgoing), fault.errorCode);
    const said: Answer = await brain(request.data, answered);
    answered += 1;
    const answer = fault === undefined ? said : { ...said, fault };
    const message = messageOf(answer, request.data, cache.account(request.data, clock().getTime()), answered);
    remember(message);
    const isStream = request.data.stream === true;
    const isToolJsonBroken = answer.fault?.kind === "broken-tool-json";
    const text = isStream ? eventsOf(message, isToolJsonBroken).join("") : JSON.stringify(message);
    outgoing.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
    if (answer.fault !== undefined && (await broken(answer.fault, outgoing, refuse, text, isStream ? "stream" : "json")))
      return undefined;
    logged.status = 200;
    logged.answer = message;
    outgoing.writeHead(200);
    outgoing.end(text);
    return undefined;
  }

  function remember(message: MessageBody): void {
    const signatures = message.content.flatMap((block) => (block.type === "thinking" ? [block.signature] : []));
    for (const signature of signatures) memory.signatures.set(signature, message.model);
    for (const block of message.content) if (block.type === "tool_use") memory.thinkingOf.set(block.id, signatures);
    if (message.stop_reason === "pause_turn") memory.paused.add(JSON.stringify(message.content));
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server without an address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    setFaults: (rules) => {
      faults = rules;
    },
    setBrain: (next) => {
      brain = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Does what a fault does to the wire; false where the fault lies in the message and the rest goes its way. */
async function broken(
  fault: Fault,
  outgoing: ServerResponse,
  refuse: (complaint: Complaint, errorCode?: string) => void,
  text: string,
  form: string,
): Promise<boolean> {
  const middle = Math.floor(text.length / 2);
  // A stream breaks between two events, for what comes after must still be one.
  const firstHalf = text.slice(0, form === "stream" ? text.lastIndexOf("\n\n", middle) + 2 : middle);
  const begin = (part: string) =>
    new Promise<void>((resolve) => {
      outgoing.writeHead(200);
      outgoing.write(part, () => resolve());
    });
  switch (fault.kind) {
    case "status":
      refuse(statusComplaint(fault, outgoing), fault.errorCode);
      return true;
    case "reset":
      outgoing.destroy();
      return true;
    case "silence":
      return true;
    case "stall":
      await begin(firstHalf);
      return true;
    case "cut":
      await begin(firstHalf);
      outgoing.end();
      return true;
    case "drop":
      await begin(firstHalf);
      outgoing.destroy();
      return true;
    case "trickle":
      await begin(firstHalf);
      trickle(outgoing, fault.everyMs, form);
      return true;
    case "error-event": {
      const type = fault.type ?? "overloaded_error";
      if (form !== "stream") {
        refuse({ status: 529, type, message: "Overloaded" });
        return true;
      }
      await begin(`${text.slice(0, text.indexOf("\n\n") + 2)}${event("error", { error: { type, message: "Overloaded" } })}`);
      outgoing.end();
      return true;
    }
    case "broken-body":
      outgoing.setHeader("content-type", "application/json");
      await begin('{"id": "msg_');
      outgoing.end();
      return true;
    case "not-a-message":
      outgoing.setHeader("content-type", "application/json");
      await begin('{"hello":"world"}');
      outgoing.end();
      return true;
    case "broken-tool-json":
      if (form === "stream") return false;
      await begin(firstHalf);
      outgoing.end();
      return true;
    case "late":
      await new Promise((resolve) => setTimeout(resolve, fault.afterMs));
      return false;
    case "refusal":
    case "max-tokens":
    case "pause-turn":
    case "context-window":
      return false;
  }
}

function trickle(outgoing: ServerResponse, everyMs: number, form: string): void {
  const timer = setInterval(() => outgoing.write(form === "stream" ? event("ping", {}) : " "), everyMs);
  outgoing.once("close", () => clearInterval(timer));
}

// Names of errors by status, as the API gives them.
const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

function statusComplaint(fault: Fault & { kind: "status" }, outgoing: ServerResponse): Complaint {
  const { status, type, message, headers = {} } = fault;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  const usual = errorTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { status, type: type ?? usual, message: message ?? `fault ${status}` };
}

function credentialComplaint(headers: Readonly<Record<string, string>>, isPlain: boolean, key?: string): Complaint | null {
  const given = headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer /i, "") ?? "";
  if (given === "" || (key !== undefined && given !== key))
    return {
      status: 401,
      type: "authentication_error",
      message: given === "" ? "x-api-key header is required" : "invalid x-api-key",
    };
  const version = headers["anthropic-version"];
  if (isPlain && version !== "2026-10-21")
    return {
      status: 400,
      type: "invalid_request_error",
      message:
        version === undefined ? "anthropic-version: header is required" : `anthropic-version: "${version}" is not served here`,
    };
  return null;
}

function shapeComplaint(error: z.ZodError): Complaint {
  const messages = error.issues.map((issue) => {
    const place = issue.path.map(String);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `${[...place, key].join(".")}: Extra inputs are not permitted`).join(", ");
    return `${place.join(".")}: ${issue.message}`;
  });
  return { status: 400, type: "invalid_request_error", message: messages.join(", ") };
}

function listOfModels(): Record<string, unknown> {
  const data = catalogue.filter(({ isRetired }) => !isRetired).map(modelInfo);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

function infoOf(id: string): Record<string, unknown> | null {
  const model = modelOf(id);
  return model === undefined ? null : modelInfo(model);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}

function tell(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify(body));
}
