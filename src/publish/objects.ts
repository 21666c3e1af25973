import { join } from "node:path";
import { SpoorError } from "../errors.ts";
import { digest } from "../objects/folder.ts";
import type { Objects } from "../objects/objects.ts";
import { keyOf } from "./key.ts";
import type { Publication, Result } from "./publication.ts";
import { NoUseTrying, type Parcel, type Publisher } from "./publisher.ts";

/** Where files go: a bucket or a folder, and the template of their names there. */
export interface FilePlace {
  readonly objects: Objects;
  readonly key: string;
}

/** Publishes files into a folder or a bucket; what is there already with the same content is left alone. */
export function filesPublisher(name: string, results: FilePlace, models: FilePlace | null): Publisher {
  return {
    name,
    isForgetful: false,
    parcels: (publication) => [
      ...publication.results.map((result) =>
        parcelOf(result, results.objects, keyOf(results.key, result.name, publication.keys)),
      ),
      ...(models === null ? [] : publication.models.map((model) => modelParcel(model, models, publication))),
    ],
  };
}

/** A model keeps its name of old: user_anomaly_detector, with what it is written in. */
function modelParcel(model: Result, { objects, key }: FilePlace, publication: Publication): Parcel {
  const file = model.name.slice("models/".length).replaceAll("-", "_");
  return parcelOf(model, objects, keyOf(key, file, publication.keys));
}

function parcelOf({ name, bytes, sha256, contentType }: Result, objects: Objects, key: string): Parcel {
  return {
    name,
    place: objects.location.startsWith("s3://") ? `${objects.location}/${key}` : join(objects.location, key),
    sha256,
    bytes: bytes.byteLength,
    async deliver() {
      try {
        const there = await objects.read(key);
        if (there !== null && digest(there) === sha256) return "unchanged";
        await objects.write(key, bytes, { contentType });
        return "written";
      } catch (thrown) {
        // Buckets were asked several times already.
        if (thrown instanceof SpoorError && thrown.code === "publish-failed")
          throw new NoUseTrying(thrown.message, { ...(thrown.hint === undefined ? {} : { hint: thrown.hint }), cause: thrown });
        throw thrown;
      }
    },
  };
}
