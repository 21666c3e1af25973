import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failedPasswordsBySource } from "./failed-passwords.ts";

test("failed passwords are counted by source, folded repeats counted out, other lines passed over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spoor-passwords-"));
  const path = join(folder, "auth.log");
  await writeFile(
    path,
    [
      "Mar 29 10:00:00 host sshd[1]: Failed password for root from 192.0.2.1 port 4711 ssh2",
      "Mar 29 10:00:02 host sshd[1]: message repeated 5 times: [ Failed password for root from 192.0.2.1 port 4711 ssh2]",
      "Mar 29 10:00:03 host sshd[2]: Failed password for invalid user from from 192.0.2.2 port 22 ssh2",
      "Mar 29 10:00:04 host sshd[3]: Invalid user admin from 192.0.2.3",
      "Mar 29 10:00:05 host sshd[4]: Accepted password for root from 192.0.2.1 port 4711 ssh2",
    ].join("\n"),
  );
  expect([...(await failedPasswordsBySource([path]))]).toEqual([
    ["192.0.2.1", 6],
    ["192.0.2.2", 1],
  ]);
  await rm(folder, { recursive: true });
});
