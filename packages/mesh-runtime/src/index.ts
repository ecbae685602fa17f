export type {
  ByteChannel,
  ChannelAddress,
  ChannelKind,
  ChannelListener,
  ChannelTransport,
} from "./link/byte-channel.ts";
export { type HostChannelsOptions, hostChannels } from "./link/host-channels.ts";
export { type KeepLinkedOptions, type KeptLink, keepLinked } from "./link/keep-linked.ts";
export {
  defaultLinkLimits,
  type Link,
  type LinkEnd,
  type LinkEndReason,
  LinkError,
  type LinkLimits,
} from "./link/link.ts";
export {
  type ConnectOptions,
  type LinkListener,
  type LinkTransport,
  type ListenOptions,
  linkTransport,
} from "./link/link-transport.ts";
export { MemoryChannels } from "./link/memory-channel.ts";
export { tcpChannels } from "./link/tcp-channel.ts";
