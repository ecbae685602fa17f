export { type InitialCharacterData, type PrepareToReceiveMessage, prepareToReceive } from "./prepare-to-receive.ts";
export { type ShutDownMessage, serverShutDown } from "./shut-down.ts";
export { type SpinUpMessage, serverSpinUp } from "./spin-up.ts";
export type { DecodedMessage, ExchangeDeclaration, Topic } from "./topic.ts";
