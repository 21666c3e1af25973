import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { keep } from "./replicator-file.ts";
import { announcementOf } from "./replicator-message.ts";
import { open, thrownBy } from "./testing.ts";

describe("the replicator's files", () => {
  test("are announced in messages; what is none is said to be", () => {
    const file = { path: "data/u/part-00000.gz", size: "12", checksum: "D41D8CD98F00B204E9800998ECF8427E" };
    const mark = { path: "data/u/_SUCCESS", size: 0 };
    expect(announcementOf(JSON.stringify({ bucket: "cs-bucket", fileCount: 1, files: [file, mark] }))).toEqual({
      bucket: "cs-bucket",
      files: [{ key: file.path, size: 12, checksum: { algorithm: "md5", hex: file.checksum.toLowerCase() } }],
    });
    for (const body of [undefined, "{", "{}", '{"bucket":"../x","files":[]}', '{"bucket":"abc","fileCount":2,"files":[]}'])
      expect(announcementOf(body)).toHaveProperty("why");
  });

  test("are kept whole or not at all", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spoor-files-"));
    open.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "one.gz");
    const whole = gzipSync("a line\n".repeat(1000));
    const keeping = (content: Buffer, told: Partial<Parameters<typeof keep>[1]>) =>
      keep(Readable.from([content]), { key: "k", size: null, checksum: null, ...told }, path, new AbortController().signal);
    await keeping(whole, { size: whole.length });
    expect(readFileSync(path)).toEqual(whole);
    for (const [content, told] of [
      [whole.subarray(0, 40), {}],
      [whole, { size: 5 }],
      [whole, { checksum: { algorithm: "md5", hex: "00" } }],
    ] as const) {
      expect((await thrownBy(keeping(content, told))).name).toBe("NotAsAnnounced");
      expect(existsSync(path)).toBe(false);
    }
  });
});
