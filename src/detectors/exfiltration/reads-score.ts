import { median } from "../../stats/median.ts";
import { robustZ } from "../../stats/robust-z.ts";
import type { Reason } from "../../types.ts";
import { cloudOwner } from "../known-services.ts";
import type { ReadRow } from "./questions.ts";
import type { Judgement } from "./score.ts";
import { bytesInWords, ramp } from "./words.ts";

const fewestDays = 5;
// The name of a session that a virtual machine opens with its own role is the machine's id (AWS, "IAM roles for Amazon EC2").
const machineSession = /^i-[0-9a-f]{8,17}$/;
// Hardly any virtual machine runs the desktop systems that these words of a user agent stand for.
const desktopSystem = /\b(Darwin|macOS|Macintosh|Windows\/(?:10|11)|WindowsNT)\b/i;

/**
 * How much an identity's reading looks like data being carried off: objects read 0..40, bytes 0..15, looking around first 0..12, a
 * machine's identity used elsewhere 0..75, command-line tool 0..5, against its own days -20..20. Kept within 0 and 100.
 */
export function judgeReads(row: ReadRow): Judgement {
  const reasons = [...amountReasons(row), ...identityReasons(row), ...ownReasons(row)].filter((one) => one.contribution !== 0);
  const total = reasons.reduce((sum, one) => sum + one.contribution, 0);
  const confidence =
    40 + (row.days.length >= fewestDays ? 15 : 0) + ((row.owner_names ?? []).length > 0 ? 15 : 0) + (row.bytes > 0 ? 10 : 0);
  return { score: Math.min(100, Math.max(0, total)), confidence, reasons };
}

function reason(feature: string, points: number, observed: string, baseline: string | null = null): Reason {
  return { feature, observed, baseline, peers: null, contribution: Math.round(points * 1000) / 1000 };
}

function amountReasons(row: ReadRow): Reason[] {
  return [
    reason(
      "objects read",
      40 * ramp(Math.log10(Math.max(1, row.objects)), 1.3, 3.3),
      `${row.objects} objects in ${row.reads} reads, ${row.busiest_hour} of them in one hour`,
    ),
    reason("bytes read", 15 * ramp(Math.log10(Math.max(1, row.bytes)), 6, 9), bytesInWords(row.bytes)),
    reason(
      "looking around first",
      row.lists === 0 ? 0 : row.lists >= 3 ? 12 : 6,
      `${row.lists} listings of containers and objects`,
    ),
    reason(
      "command-line tool",
      row.user_agents.some((agent) => /aws-cli|boto|rclone|azcopy|gsutil|curl|python|powershell/i.test(agent)) ? 5 : 0,
      row.user_agents.join(", "),
    ),
  ];
}

function identityReasons(row: ReadRow): Reason[] {
  if (!machineSession.test(row.user_name)) return [];
  const owners = row.owner_names ?? [];
  const isElsewhere = owners.length > 0 && owners.every((owner) => !cloudOwner.test(owner));
  return [
    reason(
      "machine's identity used elsewhere",
      isElsewhere ? 21 : 0,
      `keys of the virtual machine ${row.user_name} from ${row.addresses.join(", ")} (${owners.join(", ")})`,
      "a machine calls from its own cloud",
    ),
    reason(
      "machine's identity on a desktop",
      row.user_agents.some((agent) => desktopSystem.test(agent)) ? 54 : 0,
      row.user_agents.join(", "),
      "hardly any virtual machine of a cloud runs this system",
    ),
  ];
}

function ownReasons(row: ReadRow): Reason[] {
  const counts = row.days.map(([, count]) => count);
  if (counts.length < fewestDays) return [];
  const most = Math.max(...counts);
  const others = counts.toSpliced(counts.indexOf(most), 1);
  const deviations = robustZ(most, others, { floor: 5 });
  return [
    reason(
      "own days",
      20 * ramp(deviations, 3, 10) - 20 * (1 - ramp(deviations, 1, 3)),
      `${most} reads on the busiest day`,
      `usually ${median(others)} (${deviations.toFixed(1)} robust deviations)`,
    ),
  ];
}
