import { linesOf } from "./lines.ts";

// syslog folds repeats: "message repeated 5 times: [ Failed password for root from 192.0.2.1 port 4711 ssh2]".
const failure = /(?:message repeated (\d+) times: \[ )?Failed password for .* from (\S+) port \d+/;

/** Failed passwords by source address in the sshd lines of `paths`, folded repeats counted out. Other lines are passed over. */
export async function failedPasswordsBySource(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    for await (const line of linesOf(path)) {
      const [, repeats, source] = failure.exec(line) ?? [];
      if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + Number(repeats ?? 1));
    }
  }
  return counts;
}
