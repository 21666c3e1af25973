import { createHash, randomUUID } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";

/** A queue on loopback that speaks the JSON protocol of Amazon SQS, as far as readers of a queue need it. */
export interface QueueServer {
  /** Of the server and of its one queue. */
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly send: (body: string) => void;
  /** How many messages wait, hidden ones too. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
}

interface Message {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  receipts: string[];
  receives: number;
}

const receive = z.object({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).default(300),
});
const byReceipt = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: z.number().int().min(0).default(0) });
const send = z.object({ MessageBody: z.string() });

/**
 * Serves one queue: a message that was received hides for a while and comes again unless it is deleted, so every message comes at
 * least once. Answers at once where there is none: waiting is for real queues.
 */
export async function serveQueue(clock: () => Date): Promise<QueueServer> {
  const messages = new Map<string, Message>();
  const app = new Hono();
  const add = (body: string) => {
    const id = randomUUID();
    messages.set(id, { id, body, visibleAt: 0, receipts: [], receives: 0 });
    return id;
  };
  const find = (receipt: string) => [...messages.values()].find(({ receipts }) => receipts.includes(receipt));
  const refuse = (type: string, message: string) =>
    Response.json(
      { __type: `com.amazonaws.sqs#${type}`, message },
      { status: 400, headers: { "content-type": "application/x-amz-json-1.0" } },
    );
  const tell = (body: object) => Response.json(body, { headers: { "content-type": "application/x-amz-json-1.0" } });

  const actions: Readonly<Record<string, (body: unknown) => Response>> = {
    SendMessage: (body) => {
      const { MessageBody } = send.parse(body);
      return tell({ MessageId: add(MessageBody), MD5OfMessageBody: md5(MessageBody) });
    },
    ReceiveMessage: (body) => {
      const { MaxNumberOfMessages, VisibilityTimeout } = receive.parse(body);
      const now = clock().getTime();
      const given = [...messages.values()].filter(({ visibleAt }) => visibleAt <= now).slice(0, MaxNumberOfMessages);
      const Messages = given.map((message) => {
        const receipt = randomUUID();
        message.visibleAt = now + VisibilityTimeout * 1000;
        message.receipts.push(receipt);
        message.receives += 1;
        const Attributes = { ApproximateReceiveCount: String(message.receives) };
        return { MessageId: message.id, ReceiptHandle: receipt, Body: message.body, MD5OfBody: md5(message.body), Attributes };
      });
      return tell(Messages.length === 0 ? {} : { Messages });
    },
    DeleteMessage: (body) => {
      const found = find(byReceipt.parse(body).ReceiptHandle);
      if (found !== undefined) messages.delete(found.id);
      return tell({});
    },
    DeleteMessageBatch: (body) => {
      const { Entries } = z.object({ Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })) }).parse(body);
      for (const { ReceiptHandle } of Entries) {
        const found = find(ReceiptHandle);
        if (found !== undefined) messages.delete(found.id);
      }
      return tell({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] });
    },
    ChangeMessageVisibility: (body) => {
      const { ReceiptHandle, VisibilityTimeout } = byReceipt.parse(body);
      const found = find(ReceiptHandle);
      if (found === undefined) return refuse("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
      found.visibleAt = clock().getTime() + VisibilityTimeout * 1000;
      return tell({});
    },
    GetQueueAttributes: () => tell({ Attributes: { ApproximateNumberOfMessages: String(messages.size) } }),
  };

  app.onError((error) => refuse("InvalidParameterValue", error.message));
  app.post("*", async (context) => {
    const name = (context.req.header("x-amz-target") ?? "").replace("AmazonSQS.", "");
    const action = actions[name];
    return action === undefined ? refuse("UnsupportedOperation", name) : action(await context.req.json());
  });
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server without an address");
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    endpoint,
    queueUrl: `${endpoint}/000000000000/replicator`,
    send: add,
    waiting: () => messages.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
