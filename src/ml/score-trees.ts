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
  "bW9yeQIACoUGAr8BAgR/A30gBCoCACENIAQgBUEBa0ECdGoqAgAhDiADIQgDQCAIBEBBACEDIA4gACoCACIMXQRAIAUhAwUgDCANXgRAIAYgDLsgDbuhIAei",
  "/AJBAnRqIgkoAgAhAyAJKAIEIQkDQCADIAlJBEAgBCADIAlqQQF2IgpBAnRqKgIAIAxdIQsgCkEBaiADIAsbIQMgCSAKIAsbIQkMAQsLCwsgASADNgIAIAAg",
  "AmohACABIAJqIQEgCEEBayEIDAELCwvBBAIPfwF+IAVBAnQhDANAIAEgEUsEQCAAIBFBA3RqIgUoAgQhEyAFKAIAQQN0IgUgAmohDSADIAVqIQ4gBCEIIAch",
  "BSAGIQkDQCAJQQRPBEAgCCAMaiIVIAxqIhYgDGohFEEAIQpBACELQQAhD0EAIRBBACESA0AgEiATSQRAIA0gCkEDdGopAwAiF0IgiKciCkELdiAXpyAIIApB",
  "/w9xQQJ0aigCAGtBH3ZqIQogDSALQQN0aikDACIXQiCIpyILQQt2IBenIBUgC0H/D3FBAnRqKAIAa0EfdmohCyANIA9BA3RqKQMAIhdCIIinIg9BC3YgF6cg",
  "FiAPQf8PcUECdGooAgBrQR92aiEPIA0gEEEDdGopAwAiF0IgiKciEEELdiAXpyAUIBBB/w9xQQJ0aigCAGtBH3ZqIRAgEkEBaiESDAELCyAFIAUrAwAgDiAK",
  "QQN0aisDAKA5AwAgBSAFKwMIIA4gC0EDdGorAwCgOQMIIAUgBSsDECAOIA9BA3RqKwMAoDkDECAFIAUrAxggDiAQQQN0aisDAKA5AxggDCAUaiEIIAVBIGoh",
  "BSAJQQRrIQkMAQsLA0AgCQRAQQAhCkEAIQsDQCALIBNJBEAgDSAKQQN0aikDACIXQiCIpyIKQQt2IBenIAggCkH/D3FBAnRqKAIAa0EfdmohCiALQQFqIQsM",
  "AQsLIAUgBSsDACAOIApBA3RqKwMAoDkDACAIIAxqIQggBUEIaiEFIAlBAWshCQwBCwsgEUEBaiERDAELCws=",
];
// end module

let compiled: WebAssembly.Module | undefined;

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
