import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SpoorError } from "../errors.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
const patienceMs = 120_000;

export interface Browser {
  readonly program: string;
  /** Chromium's sandbox cannot be had as root. The page that is printed has no script and asks for nothing. */
  readonly isRoot: boolean;
}

/** A Chromium of this machine, by the usual names on the search path; null when there is none. */
export async function findBrowser(searchPath: string, isRoot: boolean): Promise<Browser | null> {
  for (const folder of searchPath.split(delimiter).filter((part) => part !== ""))
    for (const name of names) {
      const program = join(folder, name);
      if (await isFile(program)) return { program, isRoot };
    }
  return null;
}

/**
 * Prints a page of ours as PDF, with an outline: whole or not at all. Rejects as publish-failed when the browser fails or takes longer
 * than two minutes, and as cancelled.
 */
export async function printPdf(
  htmlFile: string,
  pdfFile: string,
  { program, isRoot }: Browser,
  signal: AbortSignal,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), "spoor-print-"));
  const printed = join(profile, "report.pdf");
  try {
    const said = await run(
      program,
      [
        "--headless",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-first-run",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        ...(isRoot ? ["--no-sandbox"] : []),
        `--user-data-dir=${profile}`,
        `--print-to-pdf=${printed}`,
        pathToFileURL(resolve(htmlFile)).href,
      ],
      signal,
    );
    if (!(await isFile(printed))) throw new SpoorError("publish-failed", `${program} printed nothing`, { hint: lastWords(said) });
    await rename(printed, pdfFile).catch(() => moveAcross(printed, pdfFile));
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  );
}

/** The folder of temporary files may lie on another disk. */
async function moveAcross(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

function run(program: string, words: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolveRun, reject) => {
    const child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe"],
      signal,
      timeout: patienceMs,
      killSignal: "SIGKILL",
    });
    const said: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    child.once("error", (cause) =>
      reject(
        signal.aborted
          ? new SpoorError("cancelled", "stopped while the PDF was printed", { cause })
          : new SpoorError("publish-failed", `${program} could not be started`, { cause }),
      ),
    );
    child.once("close", () => resolveRun(Buffer.concat(said).toString("utf8")));
  });
}

function lastWords(said: string): string {
  return said.trim().split("\n").at(-1)?.slice(0, 300) ?? "It said nothing.";
}
