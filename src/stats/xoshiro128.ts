/**
 * One step of xoshiro128** 1.1 (Blackman and Vigna 2018): 32 random bits. `state` holds four words, not all zero, and is changed.
 */
export function xoshiro128(state: Uint32Array): number {
  const second = state[1] ?? 0;
  const multiplied = Math.imul(second, 5);
  const result = Math.imul((multiplied << 7) | (multiplied >>> 25), 9) >>> 0;
  const shifted = second << 9;
  const third = (state[2] ?? 0) ^ (state[0] ?? 0);
  const fourth = (state[3] ?? 0) ^ second;
  state[1] = second ^ third;
  state[0] = (state[0] ?? 0) ^ fourth;
  state[2] = third ^ shifted;
  state[3] = (fourth << 11) | (fourth >>> 21);
  return result;
}
