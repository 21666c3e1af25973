import type { Config } from "../config.ts";
import type { ParquetConverter } from "../sources/landing/prepare.ts";
import { convertParquet } from "../store/parquet.ts";

/** Parquet is turned into lines by the embedded engine, also when the data then goes to a server. */
export function parquetWith(config: Config): ParquetConverter {
  return (path, target) => convertParquet(path, target, { maxMemoryBytes: config.memory });
}
