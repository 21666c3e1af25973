import { boundIn } from "../detectors/ask.ts";
import { features, personRow } from "../detectors/behavioural-anomaly/people.ts";
import { SpoorError } from "../errors.ts";
import type { NotebookCase } from "./notebook-case.ts";

/** The detector that knows how people sign in. */
export const peopleDetector = "behavioural-anomaly";

/** One person's sign-ins as the six numbers that the models learn from; null: unknown, not 0. */
export interface PersonFeatures {
  readonly user_principal_name: string;
  readonly login_hour: number | null;
  readonly login_country_diversity: number | null;
  readonly failed_login_count: number | null;
  readonly successful_login_count: number | null;
  readonly ip_diversity: number | null;
  readonly application_diversity: number | null;
}

/** One row a person: how they signed in. */
export async function personFeatures(notebook: NotebookCase): Promise<PersonFeatures[]> {
  const { world, library } = await notebook.open();
  const { window } = await notebook.ground();
  const statement = library.detectors.find(({ id }) => id === peopleDetector)?.statements.get("features.sql");
  if (statement === undefined) throw new SpoorError("usage", `the detector ${peopleDetector} is not loaded`);
  const values = { ...window, internal: [...notebook.config.internal] };
  const people = await world.store.query(statement, boundIn(statement, values), personRow);
  return people.map((row) => {
    const value = (name: string) => features.find((feature) => feature.name === name)?.valueOf(row) ?? null;
    return {
      user_principal_name: row.person,
      login_hour: value("login_hour"),
      login_country_diversity: value("login_country_diversity"),
      failed_login_count: value("failed_login_count"),
      successful_login_count: value("successful_login_count"),
      ip_diversity: value("ip_diversity"),
      application_diversity: value("application_diversity"),
    };
  });
}
