/** A test that a row or a record passes or not. */
type Test<Row> = (row: Row) => boolean;

/**
 * Reads words one after the other, with "or" and "and" between tests, as the languages of filters have them: what one test is, and what
 * is said where something else stands, is of each language.
 */
export abstract class TokenReader<Row> {
  protected position = 0;
  protected readonly tokens: readonly string[];

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  /** One test between the words "and" and "or". */
  protected abstract one(): Test<Row>;

  /** What is thrown at a word that cannot stand here; undefined: at the end. */
  protected abstract unexpected(token: string | undefined): Error;

  /** Reads all words as one expression. */
  protected entirely<Value>(read: () => Value): Value {
    const value = read();
    if (this.position !== this.tokens.length) throw this.unexpected(this.tokens[this.position]);
    return value;
  }

  protected take(): string {
    const token = this.tokens[this.position];
    if (token === undefined) throw this.unexpected(undefined);
    this.position += 1;
    return token;
  }

  protected takes(word: string): boolean {
    if (this.tokens[this.position]?.toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }

  protected any(): Test<Row> {
    const parts = [this.all()];
    while (this.takes("or")) parts.push(this.all());
    return (row) => parts.some((part) => part(row));
  }

  private all(): Test<Row> {
    const parts = [this.one()];
    while (this.takes("and")) parts.push(this.one());
    return (row) => parts.every((part) => part(row));
  }
}
