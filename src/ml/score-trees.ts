/** The functions of assembly/score-trees.ts, compiled; what they take is told there. */
export interface ScoreTrees {
  addLeafValues(
    trees: number,
    treeCount: number,
    nodes: number,
    values: number,
    ranks: number,
    count: number,
    paths: number,
    out: number,
  ): void;
  rankColumn(
    values: number,
    stride: number,
    count: number,
    ranks: number,
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
  "bW9yeQIACskKAr0BAgV/A30gBCoCACEOIAQgBUEBa0ECdGoqAgAhDwNAIAIgCksEQEEAIQggDyAAKgIAIg1dBEAgBSEIBSANIA5eBEAgBiANuyAOu6EgB6L8",
  "AkECdGoiCSgCACEIIAkoAgQhCQNAIAggCUkEQCAEIAggCWpBAXYiC0ECdGoqAgAgDV0hDCALQQFqIAggDBshCCAJIAsgDBshCQwBCwsLCyADIApBAnRqIAg2",
  "AgAgACABaiEAIApBAWohCgwBCwsLhwkDDn8BfgJ7A0AgASASSwRAIAAgEkHAAWxqIggoAgQhFCAIKAIAQQN0IgkgAmohDCADIAlqIQ1BACEKA0AgBSAKSwRA",
  "IApBAnQiCSAEaiILIAhBgAFqKAIAav0ABAAgCEEQaiIO/QAEAP07IRcgBiAJaiAX/QwEAAAABAAAAAQAAAAEAAAA/U4gCyAIKAKIAWr9AAQAIA79AAQg/Tsg",
  "CyAIKAKEAWr9AAQAIA79AAQQ/TsgF/1SIhj9DAIAAAACAAAAAgAAAAIAAAD9Tv1QIAsgCCgCmAFq/QAEACAO/QAEYP07IAsgCCgClAFq/QAEACAO/QAEUP07",
  "IBj9UiALIAgoApABav0ABAAgDkFAa/0ABAD9OyALIAgoAowBav0ABAAgDv0ABDD9OyAY/VIgF/1S/QwBAAAAAQAAAAEAAAABAAAA/U79UP0LBAAgCkEEaiEK",
  "DAELC0EAIQkDQCAJQQZqIAVNBEAgCUECdCIKIARqIRUgCEGgAWoiEyAGIApqKAIAQQJ0aigCACELIBMgBiAJQQFqQQJ0aigCAEECdGooAgAhDiATIAYgCUEC",
  "akECdGooAgBBAnRqKAIAIQ8gEyAGIAlBA2pBAnRqKAIAQQJ0aigCACEQIBMgBiAJQQRqQQJ0aigCAEECdGooAgAhESATIAYgCUEFakECdGooAgBBAnRqKAIA",
  "IQpBACETA0AgEyAUSQRAIAwgC0EDdGopAwAiFkIgiKciC0ELdiAWpyAVIAtB/w9xQQ10aigCAGtBH3ZqIQsgDCAOQQN0aikDACIWQiCIpyIOQQt2IBanIBVB",
  "BGogDkH/D3FBDXRqKAIAa0EfdmohDiAMIA9BA3RqKQMAIhZCIIinIg9BC3YgFqcgFUEIaiAPQf8PcUENdGooAgBrQR92aiEPIAwgEEEDdGopAwAiFkIgiKci",
  "EEELdiAWpyAVQQxqIBBB/w9xQQ10aigCAGtBH3ZqIRAgDCARQQN0aikDACIWQiCIpyIRQQt2IBanIBVBEGogEUH/D3FBDXRqKAIAa0EfdmohESAMIApBA3Rq",
  "KQMAIhZCIIinIgpBC3YgFqcgFUEUaiAKQf8PcUENdGooAgBrQR92aiEKIBNBAWohEwwBCwsgByAJQQN0aiITIBMrAwAgDSALQQN0aisDAKA5AwAgEyATKwMI",
  "IA0gDkEDdGorAwCgOQMIIBMgEysDECANIA9BA3RqKwMAoDkDECATIBMrAxggDSAQQQN0aisDAKA5AxggEyATKwMgIA0gEUEDdGorAwCgOQMgIBMgEysDKCAN",
  "IApBA3RqKwMAoDkDKCAJQQZqIQkMAQsLA0AgBSAJSwRAIAlBAnQiCiAEaiEOIAhBoAFqIAYgCmooAgBBAnRqKAIAIQpBACELA0AgCyAUSQRAIAwgCkEDdGop",
  "AwAiFkIgiKciCkELdiAWpyAOIApB/w9xQQ10aigCAGtBH3ZqIQogC0EBaiELDAELCyAHIAlBA3RqIgsgCysDACANIApBA3RqKwMAoDkDACAJQQFqIQkMAQsL",
  "IBJBAWohEgwBCwsL",
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
