import type { Chart } from "../charts/chart.ts";
import type { HuntStatus, Severity } from "../types.ts";

/**
 * What a report is made of: a small tree of plain data that both renderers print. Text in it is text, never markup; names and
 * addresses of outsiders are defanged in prose and tables, exact in `query`.
 */
export interface Report {
  readonly title: string;
  /** What it covers and what made it, a line each. */
  readonly subtitle: readonly string[];
  readonly marking: Marking;
  readonly sections: readonly Section[];
  /** One page: no table of contents and no appendix. */
  readonly isBrief?: boolean;
}

/** What stands at the head and foot of every page. */
export interface Marking {
  /** "TLP:AMBER". */
  readonly tlp: string;
  readonly head: readonly string[];
  readonly foot: readonly string[];
}

export interface Section {
  /** Anchor: letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** For the table of contents: how many things stand in it; null where that says nothing. */
  readonly count: number | null;
  readonly blocks: readonly Block[];
}

/** A piece of a line. A bare string is prose. */
export type Inline =
  | string
  /** A value as it stands in the data: an address, a name, an id. */
  | { readonly kind: "value"; readonly text: string }
  /** A value with the name of its attribute; several in a row stand apart. */
  | { readonly kind: "pair"; readonly name: string; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "quiet"; readonly text: string }
  | { readonly kind: "severity"; readonly severity: Severity }
  | { readonly kind: "status"; readonly status: HuntStatus }
  /** To an anchor of this report. */
  | { readonly kind: "link"; readonly to: string; readonly text: string }
  /** Points of a score, with their share (-1 to 1) of the largest contribution beside them. */
  | { readonly kind: "points"; readonly points: number; readonly share: number };

export type Line = readonly Inline[];

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
  /** Takes the room that is left; its text wraps. Other columns stay on one line. */
  readonly isWide?: boolean;
}

export interface Table {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Line[])[];
  /** What was left out, and where it is: "and 12 more in findings.ndjson". */
  readonly more: string | null;
}

/** A statement that can be run again: its text, the values bound to it, and what it gave. */
export interface Query {
  readonly kind: "query";
  /** The same statement has the same label throughout the report: "Q3". */
  readonly label: string;
  readonly question: string;
  readonly sql: string;
  /** The values bound to it, exact, one a line: `port = 443`. */
  readonly values: readonly string[];
  readonly result: Line;
}

export type Block =
  | { readonly kind: "paragraph"; readonly line: Line; readonly isQuiet?: boolean }
  | { readonly kind: "heading"; readonly id: string; readonly title: string; readonly count: number | null }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly Line[]; readonly isLead?: boolean }
  | { readonly kind: "facts"; readonly facts: readonly { readonly term: string; readonly lines: readonly Line[] }[] }
  | Table
  | { readonly kind: "chart"; readonly id: string; readonly chart: Chart; readonly caption: string; readonly table: Table | null }
  /** A finding, story, hypothesis or hunt: a headline that opens. */
  | {
      readonly kind: "card";
      readonly id: string;
      readonly headline: Line;
      readonly isOpen: boolean;
      /** On paper its headline alone; the file that is read on a screen has the rest. */
      readonly isBriefOnPaper?: boolean;
      readonly blocks: readonly Block[];
    }
  /** Detail that a reader opens when wanted; on paper it stands only where it is said to. */
  | { readonly kind: "fold"; readonly title: string; readonly blocks: readonly Block[]; readonly isOnPaper?: boolean }
  | Query
  /** A record as it was received: exact, and never prose. */
  | { readonly kind: "record"; readonly caption: Line; readonly text: string };
