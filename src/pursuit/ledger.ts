import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../findings/canonical-json.ts";
import type { PursuitStep } from "./pursuit.ts";

/** Where steps go as they are made: a line each, on the disk before the next step begins. */
export interface LedgerFile {
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** A ledger that nobody keeps. */
export const noLedger: LedgerFile = { append: async () => {}, close: async () => {} };

/**
 * A ledger in a folder, HYPOTHESIS.ndjson; that of an earlier run is replaced. A line is synchronised before it counts as written, so
 * that what a pursuit had done can be read after the machine lost its power; only its owner reads it, as what was sent.
 */
export async function fileLedger(folder: string, hypothesisId: string): Promise<LedgerFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, `${hypothesisId.replace(/[^\w-]/g, "_")}.ndjson`), "w", 0o600);
  return {
    append: async (line) => {
      await file.appendFile(`${line}\n`, "utf8");
      await file.datasync();
    },
    close: () => file.close(),
  };
}

/** The steps of a pursuit in their order: kept for the result, and written down as they come. */
export class Ledger {
  readonly #file: LedgerFile;
  readonly #steps: PursuitStep[] = [];

  constructor(file: LedgerFile) {
    this.#file = file;
  }

  async add(step: Omit<PursuitStep, "position">): Promise<void> {
    const numbered = { position: this.#steps.length + 1, ...step };
    this.#steps.push(numbered);
    await this.#file.append(canonicalJson(numbered));
  }

  get steps(): readonly PursuitStep[] {
    return this.#steps;
  }
}
