// A process of its own that opens the embedded store of a directory, for tests of what happens between processes:
//   hold DIR          opens the store, says "ready", and keeps it until its input ends
//   ask DIR SQL       prints the engine's text of the answer
//   alone DIR         the same, with the turn to write
//   occupy DIR        takes the engine's directory without answering to anybody, says "ready"
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";

const [command = "", directory = "", sql = ""] = process.argv.slice(2);

if (command === "occupy") {
  mkdirSync(join(directory, "engine"), { recursive: true });
  const { Session } = await import("chdb");
  const session = new Session(join(directory, "engine"));
  process.stdout.write("ready\n");
  process.stdin.resume().once("end", () => {
    session.close();
    process.exit(0);
  });
} else {
  const store = await openEmbeddedStore({ directory });
  const hold = (): Promise<void> => {
    process.stdout.write("ready\n");
    return new Promise((ended) => process.stdin.resume().once("end", ended));
  };
  if (command === "ask") process.stdout.write(await store.text(sql));
  else if (command === "alone") await store.alone(hold);
  else await hold();
  await store.close();
}
