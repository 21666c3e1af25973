const struck = "[secret]";

/**
 * What must not be told: values that were resolved from references, and the tokens that were got with them. Whatever leaves the room
 * as text (messages, logs, gaps) goes through `strike`, which takes them out as they are and as headers, links and JSON would show them.
 */
export class Redaction {
  readonly #shapes = new Set<string>();
  #longestFirst: readonly string[] | null = null;

  /** Values of fewer than four characters are not struck: no vendor gives such a secret, and every text would be torn. */
  register(value: string): void {
    if (value.length < 4 || this.#shapes.has(value)) return;
    for (const shape of [value, encodeURIComponent(value), formEncoded(value), JSON.stringify(value).slice(1, -1), base64(value)])
      this.#shapes.add(shape);
    this.#longestFirst = null;
  }

  strike(text: string): string {
    this.#longestFirst ??= [...this.#shapes].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    return this.#longestFirst.reduce((rest, shape) => rest.replaceAll(shape, struck), text);
  }
}

function formEncoded(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1);
}

function base64(value: string): string {
  return Buffer.from(value, "utf8").toString("base64");
}
