export { AssertionError, assert, assertNever } from "./assert.ts";
export { type BackoffLimits, backoffMs } from "./backoff.ts";
export { ByteReader, ByteWriter, type Parsed, parseBytes, WireError } from "./binary.ts";
export { BoundedQueue } from "./bounded-queue.ts";
export { type Clock, ManualClock } from "./clock.ts";
export { type Endpoint, endpointFrom } from "./endpoint.ts";
export { type EntityId, ID_BLOCK_SIZE, type IdBlock, IdSource, isEntityId, NO_ENTITY } from "./entity-id.ts";
export { compareEpochs, type Epoch, FIRST_EPOCH, formatEpoch } from "./epoch.ts";
export { hash32, Prng, type PrngState } from "./prng.ts";
