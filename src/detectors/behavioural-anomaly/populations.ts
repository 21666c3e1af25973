import type { PersonRow } from "./people.ts";

/** People whose sign-ins are told by logs of one kind, so that they can be compared with each other. */
export interface Population {
  readonly kind: "address" | "account";
  /** For the reader: "people" where there is one population only. */
  readonly called: string;
  readonly people: readonly PersonRow[];
}

/**
 * People who sign in by mail address (identity providers: applications, countries) and accounts of domains and hosts (machines, often
 * without an address) are two populations: in one, whoever is in the smaller would stand out by the log that tells of them. The larger
 * comes first.
 */
export function populationsOf(people: readonly PersonRow[]): Population[] {
  const byAddress = people.filter(({ person }) => person.includes("@"));
  const byAccount = people.filter(({ person }) => !person.includes("@"));
  if (byAddress.length === 0 || byAccount.length === 0)
    return [{ kind: byAccount.length === 0 ? "address" : "account", called: "people", people }];
  const both: Population[] = [
    { kind: "address", called: "people known by mail address", people: byAddress },
    { kind: "account", called: "accounts", people: byAccount },
  ];
  return both.sort((one, other) => other.people.length - one.people.length);
}
