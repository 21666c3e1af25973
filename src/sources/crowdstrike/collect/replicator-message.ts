import { z } from "zod";

/** A file that a message of the Data Replicator announces. */
export interface AnnouncedFile {
  readonly key: string;
  /** Bytes as they lie in the bucket; null where it is not told. */
  readonly size: number | null;
  readonly checksum: { readonly algorithm: "md5" | "sha1" | "sha256"; readonly hex: string } | null;
}

export interface Announcement {
  readonly bucket: string;
  readonly files: readonly AnnouncedFile[];
}

const announcement = z.object({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  fileCount: z.coerce.number().nullish().catch(null),
  files: z.array(
    z.object({
      path: z.string().min(1).max(1024),
      size: z.coerce.number().int().nonnegative().nullish().catch(null),
      checksum: z.string().nullish().catch(null),
    }),
  ),
});

const algorithms = { 32: "md5", 40: "sha1", 64: "sha256" } as const;

/** What a message announces, or why it cannot be understood. The mark of a batch that is complete is no file of records. */
export function announcementOf(body: string | undefined): Announcement | { readonly why: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body ?? "");
  } catch {
    return { why: "a message that is not JSON" };
  }
  const told = announcement.safeParse(parsed);
  if (!told.success) return { why: "a message that announces no files" };
  const { bucket, fileCount, files } = told.data;
  const marks = files.filter(({ path }) => path.endsWith("/_SUCCESS")).length;
  if (typeof fileCount === "number" && fileCount !== files.length && fileCount !== files.length - marks)
    return { why: `a message that speaks of ${fileCount} files and names ${files.length}` };
  return {
    bucket,
    files: files
      .filter(({ path }) => !path.endsWith("/_SUCCESS"))
      .map(({ path, size, checksum }) => ({ key: path, size: size ?? null, checksum: checksumOf(checksum ?? null) })),
  };
}

/** By its length; anything else (such as the tag of an upload in parts) is no checksum of the content. */
function checksumOf(text: string | null): AnnouncedFile["checksum"] {
  const hex = text !== null && /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : "";
  const length = ([32, 40, 64] as const).find((known) => known === hex.length);
  return length === undefined ? null : { algorithm: algorithms[length], hex };
}
