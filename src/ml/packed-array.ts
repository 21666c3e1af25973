import { z } from "zod";
import { SpoorError } from "../errors.ts";

/** Numbers as base64 of their little-endian bytes: a quarter of the size of JSON numbers, and read back bit for bit. */
export const packedArray = z.strictObject({
  type: z.enum(["int32", "float32", "float64"]),
  base64: z.base64(),
});
export type PackedArray = z.infer<typeof packedArray>;

const bytesEach = { int32: 4, float32: 4, float64: 8 } as const;

export function packInt32(values: Int32Array): PackedArray {
  return packed("int32", values.length, (view, index) => view.setInt32(4 * index, values[index] ?? 0, true));
}

export function packFloat32(values: Float32Array): PackedArray {
  return packed("float32", values.length, (view, index) => view.setFloat32(4 * index, values[index] ?? 0, true));
}

export function packFloat64(values: Float64Array): PackedArray {
  return packed("float64", values.length, (view, index) => view.setFloat64(8 * index, values[index] ?? 0, true));
}

/** SpoorError "bad-model" when the array is of another type or is cut off; `name` says which one. */
export function unpackInt32(array: PackedArray, name: string): Int32Array {
  const view = viewOf(array, "int32", name);
  return Int32Array.from({ length: view.byteLength / 4 }, (_, index) => view.getInt32(4 * index, true));
}

/** SpoorError "bad-model" when the array is of another type or is cut off; `name` says which one. */
export function unpackFloat32(array: PackedArray, name: string): Float32Array {
  const view = viewOf(array, "float32", name);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

/** SpoorError "bad-model" when the array is of another type or is cut off; `name` says which one. */
export function unpackFloat64(array: PackedArray, name: string): Float64Array {
  const view = viewOf(array, "float64", name);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, index) => view.getFloat64(8 * index, true));
}

function packed(type: PackedArray["type"], length: number, put: (view: DataView, index: number) => void): PackedArray {
  const bytes = Buffer.alloc(length * bytesEach[type]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < length; index++) put(view, index);
  return { type, base64: bytes.toString("base64") };
}

function viewOf(array: PackedArray, type: PackedArray["type"], name: string): DataView {
  const bytes = Buffer.from(array.base64, "base64");
  if (array.type !== type) throw new SpoorError("bad-model", `${name} holds ${array.type} numbers, not ${type}`);
  if (bytes.length % bytesEach[type] !== 0) throw new SpoorError("bad-model", `${name} ends within a number`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
