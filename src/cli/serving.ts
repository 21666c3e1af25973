import { randomBytes } from "node:crypto";
import { InvalidArgumentError } from "commander";
import { SpoorError } from "../errors.ts";
import type { HttpServing } from "../loopback.ts";
import type { Session } from "./session.ts";

/** What a client has to know to be let in. */
export interface Token {
  readonly text: string;
  /** It was made now, and nobody knows it yet. */
  readonly isNew: boolean;
}

/** The token in a variable of the environment (16 characters or more), or a new one. Throws configuration errors. */
export function tokenIn(variable: string, { environment }: Session, isQuiet: boolean): Token {
  const given = environment[variable];
  if ((given === undefined || given === "") && isQuiet)
    throw new SpoorError("configuration", "--quiet would not show the token that is made", {
      hint: `Set ${variable}, or leave out --quiet.`,
    });
  if (given === undefined || given === "") return { text: randomBytes(32).toString("base64url"), isNew: true };
  if (given.length < 16 || /\s/.test(given))
    throw new SpoorError("configuration", `${variable} is too short, or has blanks in it`, {
      hint: "Give 16 characters or more, such as those of `openssl rand -hex 32`; without it one is made.",
    });
  return { text: given, isNew: false };
}

/** Waits for Ctrl-C, then closes the server. */
export function untilStopped(serving: Pick<HttpServing, "close">, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void serving.close().then(resolve, reject);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** A port as an option of the command line. */
export function portNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new InvalidArgumentError("a port from 0 to 65535 is needed.");
  return Number(value);
}
