import type { EntityId } from "@ows/base";
import {
  type Component,
  type Components,
  distance,
  type Entity,
  type InputFields,
  type Position,
  type SeenEntity,
  type ValuesOf,
} from "@ows/game";
import type { OwnAvatar } from "./prediction.ts";

type Avatar<C extends Components> = Pick<OwnAvatar<C, InputFields>, "ref" | "entity" | "seen" | "shownAt">;

/** The own avatar as it is to be shown: like everybody else's, with all that only its player sees. */
export class Me<C extends Components> implements SeenEntity {
  readonly ref: EntityId;
  readonly alive = true;
  /** Its components by name: `me.entity.Health.now`. At its predicted place, not at its shown one. */
  readonly entity: Entity<C>;
  readonly #avatar: Avatar<C>;
  readonly #position = { x: 0, y: 0, z: 0 };

  constructor(avatar: Avatar<C>) {
    this.ref = avatar.ref;
    this.entity = avatar.entity;
    this.#avatar = avatar;
  }

  get className(): string {
    return this.entity.className;
  }

  get position(): Position {
    return this.#position;
  }

  get velocity(): Position {
    return this.entity.velocity;
  }

  get yaw(): number {
    return this.entity.yaw;
  }

  distanceTo(other: { readonly position: Position }): number {
    return distance(this.#position, other.position);
  }

  get<F extends Component["fields"]>(component: Component<F>): Readonly<ValuesOf<F>> | undefined {
    return this.#avatar.seen.get(component);
  }

  show(nowMs: number, part: number): void {
    const { x, y, z } = this.#avatar.shownAt(nowMs, part);
    this.#position.x = x;
    this.#position.y = y;
    this.#position.z = z;
  }
}
