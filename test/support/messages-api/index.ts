export { type Answer, type AnswerBlock, type Brain, callTool, heard, say, sayJson, toolCalls, toolResults } from "./brain.ts";
export { type Attempt, type HostileOptions, hostileBrain } from "./brains/hostile.ts";
export { recordingOf, replayBrain } from "./brains/replay.ts";
export { ruleBrain } from "./brains/rule.ts";
export { scriptedBrain } from "./brains/scripted.ts";
export { everyFault, type Fault, type FaultRule } from "./faults.ts";
export type { MessagesRequest } from "./request.ts";
export { type LoggedRequest, type MessagesApi, type MessagesApiOptions, startMessagesApi } from "./serve.ts";
