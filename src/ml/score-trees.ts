/** The functions of assembly/score-trees.ts, compiled; what they take is told there. */
export interface ScoreTrees {
  addLeafValues(
    trees: number,
    treeCount: number,
    nodes: number,
    values: number,
    ranks: number,
    width: number,
    count: number,
    out: number,
  ): void;
  rankColumn(
    values: number,
    ranks: number,
    stride: number,
    count: number,
    thresholds: number,
    thresholdCount: number,
    buckets: number,
    bucketsPerUnit: number,
  ): void;
}

// Written by `npm run build:assembly`; a test compiles the source again and compares.
// begin module
const moduleBase64 = [
  "AGFzbQEAAAABFwJgCH9/f39/f398AGAIf39/f39/f38AAg8BA2VudgZtZW1vcnkCAAADAwIAAQcnAw1hZGRMZWFmVmFsdWVzAAEKcmFua0NvbHVtbgAABm1l",
  "bW9yeQIACqEHAr8BAgR/A30gBCoCACENIAQgBUEBa0ECdGoqAgAhDiADIQgDQCAIBEBBACEDIA4gACoCACIMXQRAIAUhAwUgDCANXgRAIAYgDLsgDbuhIAei",
  "/AJBAnRqIgkoAgAhAyAJKAIEIQkDQCADIAlJBEAgBCADIAlqQQF2IgpBAnRqKgIAIAxdIQsgCkEBaiADIAsbIQMgCSAKIAsbIQkMAQsLCwsgASADNgIAIAAg",
  "AmohACABIAJqIQEgCEEBayEIDAELCwvdBQITfwF+IAVBAnQhDANAIAEgE0sEQCAAIBNBA3RqIgUoAgQhFSAFKAIAQQN0IgUgAmohDSADIAVqIQ4gBCEIIAch",
  "BSAGIQkDQCAJQQZPBEAgCCAMaiIXIAxqIhggDGoiGSAMaiIaIAxqIRZBACEKQQAhC0EAIQ9BACEQQQAhEUEAIRJBACEUA0AgFCAVSQRAIA0gCkEDdGopAwAi",
  "G0IgiKciCkELdiAbpyAIIApB/w9xQQJ0aigCAGtBH3ZqIQogDSALQQN0aikDACIbQiCIpyILQQt2IBunIBcgC0H/D3FBAnRqKAIAa0EfdmohCyANIA9BA3Rq",
  "KQMAIhtCIIinIg9BC3YgG6cgGCAPQf8PcUECdGooAgBrQR92aiEPIA0gEEEDdGopAwAiG0IgiKciEEELdiAbpyAZIBBB/w9xQQJ0aigCAGtBH3ZqIRAgDSAR",
  "QQN0aikDACIbQiCIpyIRQQt2IBunIBogEUH/D3FBAnRqKAIAa0EfdmohESANIBJBA3RqKQMAIhtCIIinIhJBC3YgG6cgFiASQf8PcUECdGooAgBrQR92aiES",
  "IBRBAWohFAwBCwsgBSAFKwMAIA4gCkEDdGorAwCgOQMAIAUgBSsDCCAOIAtBA3RqKwMAoDkDCCAFIAUrAxAgDiAPQQN0aisDAKA5AxAgBSAFKwMYIA4gEEED",
  "dGorAwCgOQMYIAUgBSsDICAOIBFBA3RqKwMAoDkDICAFIAUrAyggDiASQQN0aisDAKA5AyggDCAWaiEIIAVBMGohBSAJQQZrIQkMAQsLA0AgCQRAQQAhCkEA",
  "IQsDQCALIBVJBEAgDSAKQQN0aikDACIbQiCIpyIKQQt2IBunIAggCkH/D3FBAnRqKAIAa0EfdmohCiALQQFqIQsMAQsLIAUgBSsDACAOIApBA3RqKwMAoDkD",
  "ACAIIAxqIQggBUEIaiEFIAlBAWshCQwBCwsgE0EBaiETDAELCws=",
];
// end module

let compiled: object | undefined;

/** The functions over a memory. The module is compiled once, from a kilobyte that is part of this file: nothing is loaded. */
export function scoreTrees(memory: WebAssembly.Memory): ScoreTrees {
  compiled ??= new WebAssembly.Module(Buffer.from(moduleBase64.join(""), "base64"));
  const { addLeafValues, rankColumn } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  if (!isFunction(addLeafValues) || !isFunction(rankColumn)) throw new TypeError("the module lacks a function");
  return { addLeafValues, rankColumn };
}

function isFunction(value: unknown): value is (...values: number[]) => void {
  return typeof value === "function";
}
