import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type Asked, connectTo, type Loopback, loopback, pagesOf, streamNamed, testNow } from "./testing.ts";

// Every question is held against the published description of the interface: its address is there, each parameter is one of its
// own with a value that it allows, and the body is of its schema.

const specification = fileURLToPath(
  new URL("../../../../../shared/specs/microsoft/graph-hunt-slice.openapi.json", import.meta.url),
);
const absent = !existsSync(specification);
const why = absent ? " (skipped: ../shared/specs is absent)" : "";

const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: z.record(z.string(), z.unknown()) })).default([]),
  requestBody: z
    .object({ content: z.object({ "application/json": z.object({ schema: z.record(z.string(), z.unknown()) }) }) })
    .optional(),
});
const description = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())), components: z.unknown() });

let server: Loopback | null = null;
afterEach(() => server?.close());

test.skipIf(absent)(`every question that the description covers is as it says${why}`, async () => {
  server = await loopback(({ path }) => {
    if (path.endsWith("/token")) return { body: { access_token: "token", expires_in: 3599 } };
    return path.endsWith("/runHuntingQuery") ? { body: { schema: [], results: [] } } : { body: { value: [] } };
  });
  const made = await connectTo({ graphUrl: server.url, loginUrl: server.url });
  const slice = { from: testNow - 7_200_000, to: testNow - 3_600_000 };
  for (const stream of made.connection.streams) await pagesOf(streamNamed(made, stream.id), slice);
  await made.connection.check();

  const { paths, components } = description.parse(JSON.parse(readFileSync(specification, "utf8")));
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "https://graph.example/description", components });
  const complaints = (asked: Asked): string[] => {
    const described = paths[asked.path.replace("/v1.0", "")]?.[asked.method.toLowerCase()];
    if (described === undefined) return [];
    const { parameters, requestBody } = operation.parse(described);
    const ofQuery = [...asked.query].flatMap(([name, value]) => {
      const schema = parameters.find((parameter) => parameter.name === name && parameter.in === "query")?.schema;
      if (schema === undefined) return [`${asked.path}: there is no ${name}`];
      const isValid = ajv.validate(schema, schema.type === "integer" ? Number(value) : value);
      return isValid ? [] : [`${asked.path}: ${name}=${value} ${ajv.errorsText()}`];
    });
    const schema = requestBody?.content["application/json"].schema;
    const pointed = JSON.parse(JSON.stringify(schema ?? {}).replaceAll('"#/', '"https://graph.example/description#/'));
    const ofBody =
      schema === undefined || ajv.validate(pointed, JSON.parse(asked.body)) ? [] : [`${asked.path}: ${ajv.errorsText()}`];
    return [...ofQuery, ...ofBody];
  };
  const covered = server.asked.filter(({ path }) => path.replace("/v1.0", "") in paths);
  expect(new Set(covered.map(({ path }) => path)).size).toBe(6);
  expect(server.asked.flatMap(complaints)).toEqual([]);
});
