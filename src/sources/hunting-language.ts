import type { Window } from "../types.ts";

interface Asked {
  readonly window: Window;
}

/**
 * A question about events that a product's own search can answer too. Every value is exact; they are untrusted text, which a language
 * quotes.
 */
export type HuntingQuestion =
  /** Which connections did this address open to that one? */
  | (Asked & { readonly kind: "connections"; readonly source: string; readonly destination: string; readonly port: number })
  /** Who asked for this name? */
  | (Asked & { readonly kind: "names"; readonly name: string })
  /** When did these programs (file names) start on this device? */
  | (Asked & { readonly kind: "processes"; readonly device: string; readonly programs: readonly string[] })
  /** When did this account log on to hosts from this address, or fail to? */
  | (Asked & { readonly kind: "logons"; readonly account: string; readonly source: string })
  /** When did this person sign in to cloud services from these addresses? */
  | (Asked & { readonly kind: "sign-ins"; readonly account: string; readonly sources: readonly string[] })
  /** Which messages came from this address? */
  | (Asked & { readonly kind: "messages"; readonly sender: string })
  /** When did this person open links to this host? */
  | (Asked & { readonly kind: "clicks"; readonly account: string; readonly host: string });

/** A page of a product's console about one record. */
export interface ConsolePage {
  readonly label: string;
  /** Made from identifiers alone, never from an address that a record brought. */
  readonly url: string;
}

/** A product's own search language and console; the default export of a source's hunting-language.ts. */
export interface HuntingLanguage {
  /** The folder's name. */
  readonly id: string;
  /** As people call it, with the product. */
  readonly name: string;
  /** The question in that language, or null where the product has no such events. */
  ask(question: HuntingQuestion): string | null;
  /** The console's page on an event by its metadata_uid; null where there is none. `settings` are those of the source, if any. */
  page(eventUid: string, settings: unknown): ConsolePage | null;
}
