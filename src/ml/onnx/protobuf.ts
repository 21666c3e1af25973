/** Writes the wire format of Protocol Buffers: fields one after the other, whole messages within fields. */
export class MessageWriter {
  readonly #parts: Buffer[] = [];

  /** A whole number, 0 or more and below 2^53. */
  int(field: number, value: number): this {
    this.#parts.push(varint(field * 8), varint(value));
    return this;
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#parts.push(varint(field * 8 + 5), bytes);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, "utf8"));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint(field * 8 + 2), varint(value.byteLength), Buffer.from(value));
    return this;
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  ints(field: number, values: Iterable<number>): this {
    return this.bytes(field, Buffer.concat(Array.from(values, varint)));
  }

  floats(field: number, values: ArrayLike<number>): this {
    const bytes = Buffer.alloc(4 * values.length);
    for (let index = 0; index < values.length; index++) bytes.writeFloatLE(values[index] ?? 0, 4 * index);
    return this.bytes(field, bytes);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number from 0 on`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** One field of a message: a number, or bytes that its reader takes for text, a message or packed numbers. */
export interface Field {
  readonly field: number;
  readonly value: number | Buffer;
}

/** The fields of a message in their order; RangeError where the bytes are none. Fixed numbers of 32 bits are taken for floats. */
export function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  const reader = new Reader(bytes);
  while (!reader.isAtEnd()) {
    const tag = reader.varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) fields.push({ field, value: reader.varint() });
    else if (wire === 1) fields.push({ field, value: reader.take(8) });
    else if (wire === 2) fields.push({ field, value: reader.take(reader.varint()) });
    else if (wire === 5) fields.push({ field, value: reader.take(4).readFloatLE() });
    else throw new RangeError(`a field of wire type ${wire}`);
  }
  return fields;
}

/** Packed whole numbers. */
export function intsOf(bytes: Buffer): number[] {
  const values: number[] = [];
  const reader = new Reader(bytes);
  while (!reader.isAtEnd()) values.push(reader.varint());
  return values;
}

/** Packed 32-bit floats. */
export function floatsOf(bytes: Buffer): Float32Array {
  if (bytes.byteLength % 4 !== 0) throw new RangeError("floats that are cut off");
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#bytes.byteLength;
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.byteLength) throw new RangeError("the message ends in the middle of a field");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const byte = this.take(1)[0] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError("a number of more than 53 bits");
  }
}
