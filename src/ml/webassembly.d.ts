/** What the engine's JavaScript has (ECMA-262's sister, the WebAssembly JavaScript Interface) and the language's own library does not name. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (descriptor: { readonly initial: number }) => Memory;
  const Module: new (bytes: Uint8Array) => object;
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (module: object, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>) => Instance;
}
