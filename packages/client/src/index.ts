export { type Account, Backend, type BackendOptions, type Door, type Entrance } from "./backend.ts";
export { type ConnectOptions, connect, connectBy, type WorldOptions } from "./connect.ts";
export type { WebSocketConstructor, WebSocketLike } from "./game-link.ts";
export { JoinError, type JoinFailure } from "./join-error.ts";
export type { LinkStats } from "./link-stats.ts";
export { type ClosedCode, defaultReconnectPolicy, type ReconnectPolicy } from "./reconnect.ts";
export { type Place, type PlaceStorage, SavedPlace } from "./saved-place.ts";
export { type ServerInfo, World, type WorldEvents } from "./world.ts";
export { WorldClosedError, type WorldState } from "./world-state.ts";
