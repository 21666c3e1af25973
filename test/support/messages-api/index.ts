export { type Answer, type Brain, callTool, say, sayJson } from "./brain.ts";
export { type Attempt, hostileBrain } from "./brains/hostile.ts";
export { recordingOf, replayBrain } from "./brains/replay.ts";
export { ruleBrain } from "./brains/rule.ts";
export { scriptedBrain } from "./brains/scripted.ts";
export { everyFault, type Fault, shortPatience } from "./faults.ts";
export { type MessagesApi, startMessagesApi } from "./serve.ts";
