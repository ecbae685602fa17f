import type { EntityId } from "@ows/base";
import {
  type Bounds,
  type Components,
  type Entity,
  EntityStore,
  type Game,
  type InputFields,
  type Position,
  type SeenEntity,
  type ValuesOf,
} from "@ows/game";
import type { DecodedSnapshot, GameSchema, Input } from "@ows/protocol/game";

/** An error of prediction fades to a tenth within this time. */
const SMOOTHING_MS = 100;
/** A correction that is larger than this is a teleport: it is shown at once. */
const SNAP_METRES = 4;

type Point = { x: number; y: number; z: number };
type OwnState = NonNullable<DecodedSnapshot["own"]>;

/**
 * The own avatar, ahead of the server: every input is applied at once by the game's own `predict`, and each snapshot
 * sets the avatar to the server's exact state and replays what the server has not applied yet. What is *shown* runs
 * evenly between the last two ticks and slides into a correction; prediction itself never sees that.
 */
export class OwnAvatar<C extends Components, I extends InputFields> {
  readonly ref: EntityId;
  readonly #game: Game<C, I>;
  readonly #schema: GameSchema;
  readonly #bounds: Bounds;
  readonly #maxSpeed: number;
  readonly #store: EntityStore;
  readonly #slot: number;
  readonly #entity: Entity<C>;
  #hasState = false;
  #server: OwnState | undefined;
  /** Predicted place one tick ago: what is shown moves from here to the newest. */
  readonly #before: Point = { x: 0, y: 0, z: 0 };
  /** Shown minus predicted, from corrections. */
  readonly #error: Point = { x: 0, y: 0, z: 0 };
  #errorAtMs = 0;
  readonly #shown: Point = { x: 0, y: 0, z: 0 };
  #lastCorrectionMetres = 0;

  constructor(options: {
    readonly game: Game<C, I>;
    readonly schema: GameSchema;
    readonly id: EntityId;
    readonly classIndex: number;
    readonly bounds: Bounds;
  }) {
    this.ref = options.id;
    this.#game = options.game;
    this.#schema = options.schema;
    this.#bounds = options.bounds;
    this.#maxSpeed = options.schema.classes[options.classIndex]?.entityClass.maxSpeed ?? Number.POSITIVE_INFINITY;
    this.#store = new EntityStore(options.game);
    this.#slot = this.#store.spawn({ id: options.id, classIndex: options.classIndex, position: this.#shown });
    this.#entity = this.#store.entity<C>(this.#slot);
  }

  /** False until the first snapshot has said where the avatar is. */
  get hasState(): boolean {
    return this.#hasState;
  }

  /** The avatar as game code knows it, at its predicted (not its shown) place. */
  get entity(): Entity<C> {
    return this.#entity;
  }

  get seen(): SeenEntity {
    return this.#store.seen(this.#slot);
  }

  /** How far off the last prediction was, in metres. */
  get lastCorrectionMetres(): number {
    return this.#lastCorrectionMetres;
  }

  /** A new tick begins: what is shown now runs from here. */
  beginTick(): void {
    copy(this.#before, this.#entity.position);
  }

  /** Applies one input ahead of the server. Kinds that the game does not predict change nothing. */
  predict(input: Input): void {
    this.#apply(input);
  }

  /** Takes the server's state and replays `pending`, the inputs it has not applied. */
  correct(own: OwnState | undefined, pending: readonly Input[], nowMs: number): void {
    if (own !== undefined) this.#server = own;
    if (this.#server === undefined) return;
    this.#fadeError(nowMs);
    const { x, y, z } = this.#entity.position;
    this.#rewind(this.#server, own);
    for (const input of pending) this.#apply(input);
    const { position } = this.#entity;
    this.#shift(position.x - x, position.y - y, position.z - z);
  }

  /** Where to draw the avatar: `part` is how far into the current tick that is, 0 to 1. Valid until the next call. */
  shownAt(nowMs: number, part: number): Position {
    this.#fadeError(nowMs);
    const { position } = this.#entity;
    const from = this.#before;
    set(
      this.#shown,
      from.x + (position.x - from.x) * part + this.#error.x,
      from.y + (position.y - from.y) * part + this.#error.y,
      from.z + (position.z - from.z) * part + this.#error.z,
    );
    return this.#shown;
  }

  /** Prediction moved by this much: the way that is being shown moves along, and the error hides it. */
  #shift(x: number, y: number, z: number): void {
    const isFirst = !this.#hasState;
    this.#hasState = true;
    this.#lastCorrectionMetres = isFirst ? 0 : Math.hypot(x, y, z);
    set(this.#before, this.#before.x + x, this.#before.y + y, this.#before.z + z);
    set(this.#error, this.#error.x - x, this.#error.y - y, this.#error.z - z);
    if (!isFirst && Math.hypot(this.#error.x, this.#error.y, this.#error.z) <= SNAP_METRES) return;
    set(this.#error, 0, 0, 0);
    copy(this.#before, this.#entity.position);
  }

  #rewind(server: OwnState, fresh: OwnState | undefined): void {
    const { position, velocity } = server;
    this.#entity.position.set(position[0], position[1], position[2]);
    this.#entity.velocity.set(velocity[0], velocity[1], velocity[2]);
    this.#entity.yaw = server.yaw;
    if (fresh === undefined) return;
    for (const name in fresh.components) {
      const values = fresh.components[name];
      if (values !== undefined) this.#store.setComponent(this.#slot, name, values);
    }
  }

  #apply(input: Input): void {
    const name = this.#schema.inputs[input.kind]?.name;
    const predict = name === undefined ? undefined : this.#game.definition.predict?.[name];
    if (predict === undefined) return;
    const { position } = this.#entity;
    const { x, y, z } = position;
    const dt = 1 / this.#game.definition.tickHz;
    predict(this.#entity, input.values as ValuesOf<I[string]>, dt);
    this.#keepLegal({ x, y, z }, dt);
  }

  /** What the server makes of a move: no faster than the class allows, and inside the zone. */
  #keepLegal(from: Position, dt: number): void {
    const { position } = this.#entity;
    const moved = Math.hypot(position.x - from.x, position.y - from.y, position.z - from.z);
    const allowed = this.#maxSpeed * dt;
    if (moved > allowed) {
      const share = allowed / moved;
      position.scale(share).addScaled(from, 1 - share);
    }
    const { minX, minY, maxX, maxY } = this.#bounds;
    position.set(clamp(position.x, minX, maxX), clamp(position.y, minY, maxY), position.z);
  }

  #fadeError(nowMs: number): void {
    const kept = 0.1 ** (Math.max(0, nowMs - this.#errorAtMs) / SMOOTHING_MS);
    this.#errorAtMs = nowMs;
    set(this.#error, this.#error.x * kept, this.#error.y * kept, this.#error.z * kept);
  }
}

function set(to: Point, x: number, y: number, z: number): void {
  to.x = x;
  to.y = y;
  to.z = z;
}

function copy(to: Point, from: Position): void {
  set(to, from.x, from.y, from.z);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
