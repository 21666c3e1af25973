import { folderObjects } from "./folder.ts";
import type { Objects } from "./objects.ts";
import { type S3Settings, s3Objects } from "./s3.ts";

/** Files below a location: s3://bucket/prefix, or else a folder. Nothing is touched yet. */
export function openObjects(location: string, settings: S3Settings): Objects {
  return location.startsWith("s3://") ? s3Objects(location, settings) : folderObjects(location);
}
