import type { EntityId } from "@ows/base";
import { type Component, distance, type EntityClass, type Position, type SeenEntity, type ValuesOf } from "@ows/game";
import { type DecodedFull, type DecodedSnapshot, dequantise, dequantiseYaw } from "@ows/protocol/game";
import { type Pose, Track } from "./track.ts";

/** After a new link, what the server does not show again within this many ticks is gone. */
const FORGET_AFTER_TICKS = 20;

/** The moment that is shown; each entity works out its place when it is asked, once per moment. */
export type ShownMoment = { frame: number; tick: number; newestTick: number };

/** Everything but the own avatar, as snapshots tell it. An entity keeps its object for as long as it is seen. */
export class Others {
  readonly #byId = new Map<EntityId, OtherEntity>();
  readonly #byAlias = new Map<number, OtherEntity>();
  readonly #classes: readonly EntityClass[];
  readonly #tickHz: number;
  readonly #moment: ShownMoment;
  #ownId: EntityId;
  #forgetAtTick = Number.POSITIVE_INFINITY;

  constructor(options: {
    readonly classes: readonly EntityClass[];
    readonly tickHz: number;
    readonly moment: ShownMoment;
    readonly ownId: EntityId;
  }) {
    this.#classes = options.classes;
    this.#tickHz = options.tickHz;
    this.#moment = options.moment;
    this.#ownId = options.ownId;
  }

  get entities(): ReadonlyMap<EntityId, SeenEntity> {
    return this.#byId;
  }

  /**
   * A new link: aliases start anew, entities that are shown again keep their objects.
   * @param sameTicks whether the new server counts its ticks like the old one; the ways so far are forgotten if not.
   */
  reattach(ownId: EntityId, tick: number, sameTicks: boolean): void {
    this.#ownId = ownId;
    this.#byAlias.clear();
    this.#forgetAtTick = tick + FORGET_AFTER_TICKS;
    for (const entity of this.#byId.values()) {
      entity.alias = undefined;
      if (!sameTicks) entity.forgetWay();
    }
    const self = this.#byId.get(ownId);
    if (self !== undefined) this.#remove(self);
  }

  apply(snapshot: DecodedSnapshot): void {
    for (const alias of snapshot.gone) this.#removeAlias(alias);
    for (const record of snapshot.full) this.#applyFull(record, snapshot.tick);
    for (const delta of snapshot.deltas) {
      const entity = this.#byAlias.get(delta.alias);
      if (entity === undefined) continue;
      entity.move(snapshot.tick, delta);
      entity.merge(delta.components);
    }
    if (snapshot.tick >= this.#forgetAtTick) this.#forgetUnseen();
  }

  #applyFull(record: DecodedFull, tick: number): void {
    const former = this.#byAlias.get(record.alias);
    if (former !== undefined && former.ref !== record.id) this.#remove(former);
    this.#byAlias.delete(record.alias);
    if (record.id === this.#ownId) return;
    let entity = this.#byId.get(record.id);
    if (entity === undefined) {
      const entityClass = this.#classes[record.classIndex] as EntityClass;
      entity = new OtherEntity(record.id, entityClass, new Track(this.#tickHz, entityClass.maxSpeed), this.#moment);
      this.#byId.set(record.id, entity);
    }
    if (entity.alias !== undefined && entity.alias !== record.alias) this.#byAlias.delete(entity.alias);
    entity.alias = record.alias;
    this.#byAlias.set(record.alias, entity);
    entity.place(tick, record);
    entity.merge(record.components);
  }

  #removeAlias(alias: number): void {
    const entity = this.#byAlias.get(alias);
    if (entity !== undefined) this.#remove(entity);
  }

  #remove(entity: OtherEntity): void {
    entity.alive = false;
    this.#byId.delete(entity.ref);
    if (entity.alias !== undefined) this.#byAlias.delete(entity.alias);
  }

  #forgetUnseen(): void {
    this.#forgetAtTick = Number.POSITIVE_INFINITY;
    for (const entity of this.#byId.values()) if (entity.alias === undefined) this.#remove(entity);
  }
}

class OtherEntity implements SeenEntity {
  readonly ref: EntityId;
  alive = true;
  /** Its slot at the server of this link; `undefined` until this link has shown it. */
  alias: number | undefined;
  readonly #class: EntityClass;
  readonly #track: Track;
  readonly #moment: ShownMoment;
  readonly #values = new Map<Component, Record<string, unknown>>();
  readonly #pose: Pose = { x: 0, y: 0, z: 0, yaw: 0, vx: 0, vy: 0, vz: 0 };
  readonly #position = { x: 0, y: 0, z: 0 };
  readonly #velocity = { x: 0, y: 0, z: 0 };
  #frame = -1;
  /** Newest place in wire steps, which deltas add to. */
  #x = 0;
  #y = 0;
  #z = 0;
  #yaw = 0;

  constructor(ref: EntityId, entityClass: EntityClass, track: Track, moment: ShownMoment) {
    this.ref = ref;
    this.#class = entityClass;
    this.#track = track;
    this.#moment = moment;
    for (const component of Object.values(entityClass.components)) {
      if (component.seenBy === "near") this.#values.set(component, {});
    }
  }

  get className(): string {
    return this.#class.name;
  }

  get position(): Position {
    this.#refresh();
    return this.#position;
  }

  get velocity(): Position {
    this.#refresh();
    return this.#velocity;
  }

  get yaw(): number {
    this.#refresh();
    return this.#pose.yaw;
  }

  distanceTo(other: { readonly position: Position }): number {
    return distance(this.position, other.position);
  }

  get<F extends Component["fields"]>(component: Component<F>): Readonly<ValuesOf<F>> | undefined {
    return this.#values.get(component) as Readonly<ValuesOf<F>> | undefined;
  }

  place(tick: number, to: { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number }): void {
    this.#x = to.x;
    this.#y = to.y;
    this.#z = to.z;
    this.#yaw = to.yaw;
    this.#push(tick);
  }

  move(
    tick: number,
    by: { readonly dx: number; readonly dy: number; readonly dz: number; readonly yaw: number | undefined },
  ): void {
    if (by.dx === 0 && by.dy === 0 && by.dz === 0 && by.yaw === undefined) return;
    this.#x += by.dx;
    this.#y += by.dy;
    this.#z += by.dz;
    this.#yaw = by.yaw ?? this.#yaw;
    this.#push(tick);
  }

  merge(components: DecodedFull["components"]): void {
    for (const name in components) {
      const component = this.#class.components[name];
      const values = component === undefined ? undefined : this.#values.get(component);
      if (values !== undefined) Object.assign(values, components[name]);
    }
  }

  forgetWay(): void {
    this.#track.reset();
  }

  #push(tick: number): void {
    this.#track.push(tick, dequantise(this.#x), dequantise(this.#y), dequantise(this.#z), dequantiseYaw(this.#yaw));
    this.#frame = -1;
  }

  #refresh(): void {
    if (this.#frame === this.#moment.frame) return;
    this.#frame = this.#moment.frame;
    const pose = this.#pose;
    this.#track.sample(this.#moment.tick, this.#moment.newestTick, pose);
    this.#position.x = pose.x;
    this.#position.y = pose.y;
    this.#position.z = pose.z;
    this.#velocity.x = pose.vx;
    this.#velocity.y = pose.vy;
    this.#velocity.z = pose.vz;
  }
}
