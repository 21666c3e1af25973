import { hour, minute, second } from "../calendar.ts";
import type { SignIn } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { applications, origins, proofs, refusals, signIn, userAgents } from "./stage.ts";

export const mfaFatigue = attack({
  id: "mfa-fatigue",
  title: "Prompts come to the phone until one is approved",
  techniques: ["T1621", "T1078.004", "T1098.005"],
  tell: (cast, random) => {
    const { person, worksTo } = cast.victim(random, { midnight: cast.workday(1), departments: ["sales", "people", "finance"] });
    const from = origins.lagos;
    const session = random.uuid();
    const began = worksTo + 3.4 * hour;
    const prompts: SignIn[] = [];
    let time = began;
    for (let count = 0; count < 17; count += 1) {
      prompts.push(
        signIn(time, person, applications.home, from, {
          authentication: random.chance(0.35) ? proofs.phoneRefused : proofs.phoneUnanswered,
          userAgent: userAgents.firefox,
          refused: refusals.secondFactorRefused,
        }),
      );
      // A pause after the seventh, as if it were over.
      time += count === 6 ? 21 * minute : random.between(55, 170) * second;
    }
    const approved = time;
    const use = (at: number, application: SignIn["application"], isFirst: boolean): SignIn =>
      signIn(at, person, application, from, {
        authentication: isFirst ? proofs.passwordAndPhone : proofs.cookie,
        userAgent: userAgents.firefox,
        session,
        isInteractive: isFirst,
      });
    return {
      steps: [
        step("prompts", "Seventeen prompts in an hour of the evening are refused or left alone.", {
          techniques: ["T1621"],
          users: [person],
          source: from.address,
          occurrences: [{ signIns: prompts }],
        }),
        step("approved", "The next one is approved.", {
          techniques: ["T1621", "T1078.004"],
          users: [person],
          source: from.address,
          occurrences: [
            { signIns: [use(approved, applications.home, true), use(approved + 40 * second, applications.mail, false)] },
          ],
        }),
        step("own-factor", "A second phone is registered, so that nobody needs to be asked again.", {
          techniques: ["T1098.005"],
          users: [person],
          source: from.address,
          occurrences: [
            {
              directoryChanges: [
                {
                  time: approved + 6 * minute,
                  operation: "User registered security info",
                  category: "UserManagement",
                  by: person,
                  address: from.address,
                  targets: [{ type: "User", id: person.userId, name: person.displayName, mail: person.mail }],
                  succeeded: true,
                  details: { "Additional details": "User registered Authenticator App with Notification and Code" },
                },
              ],
              signIns: [use(approved + 19 * minute, applications.files, false)],
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
