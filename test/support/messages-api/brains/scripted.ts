import { type Answer, type Brain, say } from "../brain.ts";
import type { MessagesRequest } from "../request.ts";

/** Says the turns given, one after another; when there are none left it has nothing to add. A turn may be made from what was asked. */
export function scriptedBrain(turns: readonly (Answer | ((request: MessagesRequest) => Answer))[]): Brain {
  return (request, call) => {
    const turn = turns[call] ?? say("Nothing to add.");
    return typeof turn === "function" ? turn(request) : turn;
  };
}
