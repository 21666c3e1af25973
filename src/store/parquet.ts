import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "./embedded.ts";

/**
 * Writes the rows of a Parquet file as JSON, one object a line. The embedded engine does it in a store of its own that is thrown away,
 * so that it also works where the data goes to a server. Both paths are plain and absolute. Rejects with store-unavailable where the
 * embedded engine is not installed.
 */
export async function convertParquet(path: string, target: string, options: { readonly maxMemoryBytes: number }): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "spoor-parquet-"));
  try {
    const store = await openEmbeddedStore({ directory, maxMemoryBytes: options.maxMemoryBytes });
    try {
      await store.exec("INSERT INTO FUNCTION file({target:String}, 'JSONEachRow') SELECT * FROM file({path:String}, 'Parquet')", {
        path,
        target,
      });
    } finally {
      await store.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
