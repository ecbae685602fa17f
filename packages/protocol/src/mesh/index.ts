export {
  BULK_LANE,
  CONTROL_LANE,
  type DecodedFrames,
  encodeFrame,
  FRAME_HEADER_BYTES,
  type Frame,
  FrameDecoder,
  MAX_FRAME_PAYLOAD_BYTES,
} from "./frame.ts";
export type {
  ComponentDescription,
  Ending,
  Evict,
  Evicted,
  Goodbye,
  Grant,
  Hello,
  IdBlockGrant,
  PlayerPresence,
  Ready,
  Renew,
  Stop,
} from "./gen/ows/mesh/v1/link.ts";
export {
  decodeLinkMessage,
  encodeLinkMessage,
  LINK_PROTOCOL_VERSION,
  type LinkBody,
  refuseHello,
} from "./link-message.ts";
