// The engine expands * ? { } in a path (measured: a file named "x{a}.log" reads as no rows at all, silently); brackets and
// backslashes are left out as well, and so is anything that is not plain in a path.
const plainPath = /^\/[\p{L}\p{N} _.,+@=%~#:()/-]*$/u;

// It decompresses by these endings, in capitals too, whatever the bytes are.
const packedEnding = /\.(gz|gzip|br|brotli|xz|lzma|zst|zstd|lz4|bz2|snappy|deflate)$/i;

/** True when the engine reads exactly the bytes at this path: no pattern to expand, and an ending that fits what is inside. */
export function isReadInPlace(path: string, isGzip: boolean): boolean {
  return isPlainPath(path) && (isGzip ? path.endsWith(".gz") : !packedEnding.test(path));
}

/** True when the engine takes the path as it stands. */
export function isPlainPath(path: string): boolean {
  return typeof path === "string" && plainPath.test(path);
}
