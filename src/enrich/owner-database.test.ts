import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openBundledFiles, openOwnFiles } from "./owner-database.ts";

const require = createRequire(import.meta.url);
const countries = require.resolve("@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb");

test("files of the user's own are used, and what they cannot tell is said", async () => {
  const database = await openOwnFiles([countries]);
  expect(database.lookUp("8.8.8.8").country).toBe("US");
  expect(database.lacks).toEqual(["owner (ASN)"]);
  expect(database.names[0]).toContain("geo-whois-asn-country.mmdb");
});

test("a file that is absent or no database is a configuration error that names it", async () => {
  await expect(openOwnFiles(["/no/such/file.mmdb"])).rejects.toMatchObject({ code: "configuration" });
  const text = fileURLToPath(import.meta.url);
  await expect(openOwnFiles([text])).rejects.toMatchObject({ code: "configuration" });
  await expect(openOwnFiles([text])).rejects.toThrow("is not an MMDB file");
});

test("text that is no address has no owner and does no harm", async () => {
  const database = await openBundledFiles();
  for (const text of ["", "localhost", "1.2.3.4.5", "::g", "' OR 1=1 --", "999.1.1.1"])
    expect(database?.lookUp(text)).toEqual({ autonomousSystemNumber: null, autonomousSystemName: null, country: null });
});
