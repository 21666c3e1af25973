type Fields = Readonly<Record<string, unknown>>;

/** The values of a record by name in lower case, as normalise/row.sql reads them; values that are null or empty are left out. */
export type Row = ReadonlyMap<string, unknown>;

const known = new WeakMap<Fields, Row>();

/** A record of Graph, of Azure Monitor ({"category", "properties"}) or of a table, under the same names. */
export function rowOf(record: Fields): Row {
  const row = known.get(record) ?? new Map([...filled(record), ...filled(inner(record.properties))]);
  known.set(record, row);
  return row;
}

/** The table that a record names itself after; "" where it names none. */
export function tableOf(row: Row): string {
  const category = textOf(row, "category");
  const streamed = /^AdvancedHunting-(\w+)$/.exec(category)?.[1];
  const type = textOf(row, "type");
  const table = streamed ?? (textOf(row, "$table") || (tableName.test(type) ? type : ""));
  return table.replace("DeviceCustom", "Device");
}

/** True when all of these are there. */
export function has(row: Row, ...names: readonly string[]): boolean {
  return names.every((name) => row.has(name.toLowerCase()));
}

/** True when one of these is there. */
export function hasOne(row: Row, ...names: readonly string[]): boolean {
  return names.some((name) => row.has(name.toLowerCase()));
}

export function textOf(row: Row, name: string): string {
  const value = row.get(name);
  return typeof value === "string" ? value : "";
}

const tableName =
  /^(?:[A-Za-z0-9]+(?:Logs|Events|EventsBeta|Info|Evidence|Activity|Users|ServicePrincipals)|SecurityAlert|SecurityIncident)$/;

function filled(record: Fields): [string, unknown][] {
  return Object.entries(record)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [name.toLowerCase(), value]);
}

function inner(properties: unknown): Fields {
  if (typeof properties === "object" && properties !== null) return Object.fromEntries(Object.entries(properties));
  if (typeof properties !== "string") return {};
  try {
    return inner(JSON.parse(properties));
  } catch {
    return {};
  }
}
