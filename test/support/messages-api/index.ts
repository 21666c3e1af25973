export { type Answer, type AnswerBlock, type Brain, callTool, heard, say, sayJson, toolCalls, toolResults } from "./brain.ts";
export { recordingOf, replayBrain } from "./brains/replay.ts";
export { scriptedBrain } from "./brains/scripted.ts";
export { everyFault, type Fault, type FaultRule } from "./faults.ts";
export type { MessagesRequest } from "./request.ts";
export { type LoggedRequest, type MessagesApi, type MessagesApiOptions, startMessagesApi } from "./serve.ts";
