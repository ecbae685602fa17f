export { type Component, type Components, component, type Relevance } from "./component.ts";
export type {
  Bounds,
  CallFailure,
  CallOutcome,
  Context,
  Json,
  SpawnOptions,
  ZoneInfo,
} from "./context.ts";
export { type CallResult, defineClass, type EntityClass } from "./define-class.ts";
export {
  defineGame,
  type Game,
  type GameDefinition,
  GameDefinitionError,
  type InputFields,
  type Player,
  type System,
  system,
  type ZoneDefinition,
} from "./define-game.ts";
export type { AnyEntity, Entity, SeenEntity } from "./entity.ts";
export { EntityStore, MAX_ENTITIES, type NewEntity, StoreFull, WriteOutsideTick } from "./entity-store.ts";
export {
  bool,
  describeFields,
  type Field,
  type Fields,
  type FieldValue,
  f32,
  fitField,
  i8,
  i16,
  i32,
  readFields,
  ref,
  text,
  u8,
  u16,
  u32,
  type ValuesOf,
  writeFields,
} from "./field.ts";
export { distance, type Position, type Vector } from "./vector.ts";
