export {
  type AttachMode,
  type ClientMessage,
  decodeClientMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type Input,
  MAX_CLIENT_MESSAGE_BYTES,
  MAX_INPUTS_PER_MESSAGE,
} from "./client-message.ts";
export {
  dequantise,
  dequantiseYaw,
  MAX_COORDINATE_METRES,
  quantise,
  quantiseYaw,
  STEPS_PER_METRE,
} from "./quantise.ts";
export { type ClassSchema, type ComponentSlot, type GameSchema, type InputSchema, schemaOf } from "./schema.ts";
export {
  type Closing,
  type ClosingCode,
  decodeServerMessage,
  encodeClosing,
  encodeHandoffPrepare,
  encodePong,
  encodeWelcome,
  type HandoffPrepare,
  type Pong,
  SNAPSHOT,
  type Welcome,
} from "./server-message.ts";
export {
  type ComponentValues,
  type DecodedDelta,
  type DecodedFull,
  type DecodedSnapshot,
  type OwnState,
  type SnapshotEvent,
  type SnapshotParts,
  SnapshotReader,
  type WireDelta,
  type WireEntity,
  writeDeltaRecord,
  writeFullRecord,
  writeSnapshot,
} from "./snapshot.ts";
