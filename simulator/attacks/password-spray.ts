import { hour, minute, second } from "../calendar.ts";
import type { Person } from "../estate.ts";
import type { SignIn } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { applications, type Origin, origins, proofs, refusals, signIn, userAgents } from "./stage.ts";

/** One password for everybody, then another: slowly enough that nobody is locked, from two addresses in turns. */
export const passwordSpray = attack({
  id: "password-spray",
  title: "A few passwords are tried on everybody, and one fits",
  techniques: ["T1110.003", "T1078.004"],
  tell: (cast, random) => {
    const midnight = cast.workday(1);
    const { person, worksTo } = cast.victim(random, { midnight, departments: ["people", "sales", "operations"] });
    const targets = random.shuffle([person, ...cast.others(random, [person])].slice(0, 48));
    const froms: readonly Origin[] = [origins.hanoi, origins.manila];
    const started = worksTo + 1.5 * hour;
    const tried: SignIn[] = [];
    let found = started;
    for (const round of [0, 1, 2]) {
      let time = started + round * 2.2 * hour;
      for (const target of targets) {
        const fits = round === 2 && target === person;
        if (fits) found = time;
        else tried.push(attempt(time, target, froms[tried.length % 2] ?? origins.hanoi, random.chance(0.03)));
        time += random.between(22, 95) * second;
      }
    }
    const use = (time: number, application: SignIn["application"]): SignIn =>
      signIn(time, person, application, origins.hanoi, {
        // A protocol from before second factors: no prompt is possible.
        authentication: {
          protocol: "ropc",
          requirement: "singleFactorAuthentication",
          steps: [{ method: "Password", succeeded: true, detail: "Correct password" }],
        },
        userAgent: userAgents.axios,
      });
    return {
      steps: [
        step("spray", "Three passwords are tried on 48 accounts from two addresses over the evening and night.", {
          techniques: ["T1110.003"],
          users: targets,
          source: origins.hanoi.address,
          occurrences: [{ signIns: tried }],
        }),
        step("spray-success", "One fits, and the account is used at once over a protocol that asks for no second factor.", {
          techniques: ["T1078.004"],
          users: [person],
          source: origins.hanoi.address,
          occurrences: [
            {
              signIns: [
                use(found, applications.mail),
                use(found + 3 * minute, applications.mail),
                use(found + 41 * minute, applications.files),
              ],
            },
          ],
        }),
      ],
      around: {},
    };
  },
});

function attempt(time: number, person: Person, from: Origin, isLocked: boolean): SignIn {
  return signIn(time, person, applications.mail, from, {
    authentication: proofs.wrongPassword,
    userAgent: userAgents.axios,
    refused: isLocked ? refusals.locked : refusals.wrongPassword,
  });
}
