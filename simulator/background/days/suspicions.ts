import { hour, minute } from "../../calendar.ts";
import { type Random, randomOf } from "../../random.ts";
import { adware, type Kind, remoteTool } from "../alerts.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

// What an endpoint agent says on an ordinary day.
const kinds: readonly Kind[] = [
  adware,
  {
    name: "NGAVOnSensorMLLow",
    description: "A file meets the machine learning threshold for low confidence.",
    severity: 20,
    tactic: "Machine Learning",
    technique: "Sensor-based ML",
    attack: null,
    file: "\\Device\\HarddiskVolume3\\src\\planner\\target\\debug\\planner.exe",
    commandLine: "C:\\src\\planner\\target\\debug\\planner.exe --watch",
    parentFile: "\\Device\\HarddiskVolume3\\Program Files\\nodejs\\node.exe",
  },
  remoteTool,
];

/** What the vendors' own detections make of an ordinary day: mostly nothing, and what they raise is mostly wrong. */
export function tellSuspicions(tale: Tale, day: Workday, random: Random): void {
  const { device, person, from, to, where } = day;
  const time = random.between(from + 0.2 * hour, to);
  if (random.chance(0.006))
    tale.alerts.push({
      id: `${random.integer(1e11, 9e11)}-${random.integer(1e4, 9e4)}-${random.integer(1e7, 9e7)}`,
      time,
      device,
      person,
      ...random.pick(kinds),
    });
  if (random.chance(0.004))
    tale.productAlerts.push({
      id: `da${random.hex(20)}_1`,
      time,
      product: "microsoftDefenderForEndpoint",
      title: random.pick(["Suspicious PowerShell command line", "Unwanted software was prevented", "Suspicious script launched"]),
      description: "Seen on one device. Check whether it belongs to the work of its user.",
      severity: random.pick(["informational", "low", "low", "medium"] as const),
      category: "Execution",
      techniques: ["T1059.001"],
      device,
      person,
      process: null,
      address: null,
      url: null,
      case: random.uuid(),
    });
  // A traveller's first sign-in, or a new phone, is unfamiliar to the identity provider; the person passes a second factor, and it is put right.
  if (random.chance(where.kind === "travel" ? 0.25 : 0.0012)) unfamiliar(tale, day, from + 20 * minute, random);
}

function unfamiliar(tale: Tale, { person, where, seed }: Workday, time: number, random: Random): void {
  const isRemediated = random.chance(0.8);
  tale.riskDetections.push({
    id: randomOf(seed, `risk/${person.account}/${time}`).hex(64),
    time,
    detected: time + random.between(0, 40) * minute,
    person,
    signIn: null,
    type: where.kind === "travel" ? random.pick(["unlikelyTravel", "newCountry"]) : "unfamiliarFeatures",
    level: random.pick(["low", "low", "medium"] as const),
    state: isRemediated ? "remediated" : "atRisk",
    address: where.address,
    place: where.place,
  });
  tale.riskStates.push({
    time: time + 45 * minute,
    person,
    level: isRemediated ? "none" : "low",
    state: isRemediated ? "remediated" : "atRisk",
    detail: isRemediated ? "userPassedMFADrivenByRiskBasedPolicy" : "none",
  });
}
