export {
  type Binding,
  type Bus,
  BusError,
  type BusErrorCode,
  type Delivery,
  type DeliveryHandler,
  type PublishResult,
  type QueueOptions,
} from "./bus.ts";
export { MemoryBroker } from "./memory-broker.ts";
export { MemoryBus } from "./memory-bus.ts";
export { type BrokerServer, type BrokerServerOptions, serveBroker } from "./remote/broker-server.ts";
export { RemoteBus, type RemoteBusOptions } from "./remote/remote-bus.ts";
