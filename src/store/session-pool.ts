import type { Session } from "chdb";

/** What one statement needs from the session it runs in. */
export interface Dress {
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
}

/**
 * Sessions of the embedded engine, used by one statement at a time. Settings and bound values stay in a session, so each statement
 * sets all of its own and takes back those of the one before. Opening one for every statement would be simpler, but the package
 * frees closed sessions only when no statement is running at all (0.3 MB each until then).
 */
export class SessionPool {
  readonly #open: () => Session;
  readonly #idle: Used[] = [];

  constructor(open: () => Session) {
    this.#open = open;
  }

  async use<Answer>(dress: Dress, sql: string, work: (session: Session) => Promise<Answer>): Promise<Answer> {
    const used = this.#take(dress, sql);
    let isReusable = false;
    try {
      put(used, dress);
      const answer = await work(used.session);
      isReusable = !dress.readOnly && !/^\s*(SET|USE)\b/i.test(sql);
      return answer;
    } finally {
      if (isReusable) this.#idle.push(used);
      else used.session.close();
    }
  }

  /** A session that has seen other bound values would lend them to a statement that forgot its own: that one is passed over. */
  #take({ parameters }: Dress, sql: string): Used {
    const lends = ({ bound }: Used): boolean =>
      [...bound].some((name) => !(name in parameters) && new RegExp(`\\{\\s*${name}\\s*:`).test(sql));
    const position = this.#idle.findIndex((used) => !lends(used));
    return this.#idle.splice(position, position < 0 ? 0 : 1)[0] ?? { session: this.#open(), set: new Set(), bound: new Set() };
  }
}

interface Used {
  readonly session: Session;
  readonly set: Set<string>;
  readonly bound: Set<string>;
}

function put({ session, set, bound }: Used, { settings, parameters, readOnly }: Dress): void {
  const stale = [...set].filter((name) => !(name in settings)).map((name) => `${identifier(name)} = DEFAULT`);
  const own = Object.entries(settings).map(([name, value]) => `${identifier(name)} = ${literal(value)}`);
  const values = Object.entries(parameters).map(([name, value]) => `param_${identifier(name)} = ${literal(value)}`);
  session.query(`SET ${[...stale, ...own, ...values].join(", ")}`);
  set.clear();
  for (const name of Object.keys(settings)) set.add(name);
  for (const name of Object.keys(parameters)) bound.add(name);
  // Last: once a session is read-only, its settings cannot be changed.
  if (readOnly) session.query("SET readonly = 1");
}

function identifier(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`${JSON.stringify(name)} is not a name`);
  return name;
}

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
