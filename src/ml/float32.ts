const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * The largest 32-bit float that is not above the value. For a 32-bit x, x <= value and x <= float32AtMost(value) are the same
 * question, so a threshold can be stored in half the space without moving a single row to the other side.
 */
export function float32AtMost(value: number): number {
  float[0] = value;
  const rounded = float[0];
  if (!(rounded > value)) return rounded;
  // One step down: the bits of a positive float count up, those of a negative one down, and below zero comes the smallest negative.
  const pattern = bits[0] ?? 0;
  bits[0] = rounded === 0 ? -0x7fffffff : pattern > 0 ? pattern - 1 : pattern + 1;
  return float[0];
}
