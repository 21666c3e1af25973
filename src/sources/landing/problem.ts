import { messageOf, systemCode } from "../../errors.ts";
import type { Gap } from "../../types.ts";
import { printable } from "./names.ts";

/** Something of a file that could not be read, in the words of a gap: the caller adds the stage. */
export interface Problem {
  readonly kind: Extract<Gap["kind"], "unreadable" | "damaged" | "unrecognised" | "no-data" | "not-configured" | "assumption">;
  /** The file or folder, as text. */
  readonly path: string;
  /** What happened and what follows from it. */
  readonly reason: string;
  /** How many, where something was counted. */
  readonly count?: number;
}

/** A problem as the gap that the run carries along. */
export function gapOf(problem: Problem): Gap {
  const gap = { stage: "import" as const, part: problem.path, kind: problem.kind, reason: problem.reason };
  return problem.count === undefined ? gap : { ...gap, count: problem.count };
}

/** A file or folder that the system would not let us read. */
export function unreadable(path: string, thrown: unknown): Problem {
  const why = plainWords[systemCode(thrown)] ?? messageOf(thrown);
  return { kind: "unreadable", path: printable(path), reason: `${why}; nothing of it was read` };
}

const plainWords: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it is not there any more, or is a link that leads nowhere",
  ENOTDIR: "part of its path is not a folder",
  EISDIR: "it is a folder, not a file",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its path is too long for the system",
  EIO: "the disk reported a read error",
  EMFILE: "too many files are open",
};
