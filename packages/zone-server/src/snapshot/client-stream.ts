import type { EntityStore } from "@ows/game";
import { ClientView } from "@ows/mesh";
import type { ClassSchema, OwnState, SnapshotEvent } from "@ows/protocol/game";
import type { ClientPipe } from "../link/game-connection.ts";

/** Events that wait for the next snapshot. */
const MAX_WAITING_EVENTS = 64;
/** The avatar is repeated this often even when nothing about it changed. */
const OWN_EVERY_SNAPSHOTS = 20;

/** What one attached client has been told, so that the next snapshot can tell the difference. Ends with the connection. */
export class ClientStream {
  readonly connection: ClientPipe;
  readonly view: ClientView;
  /** Since when the client has not drained, or `undefined`. */
  stuckSinceMs: number | undefined;
  droppedEvents = 0;

  readonly #ownVersions = new Float64Array(24).fill(-1);
  readonly #ownSent = new Float64Array(8).fill(Number.NaN);
  #sinceOwn = OWN_EVERY_SNAPSHOTS;
  #events: SnapshotEvent[] = [];

  constructor(connection: ClientPipe, viewCap: number) {
    this.connection = connection;
    this.view = new ClientView(viewCap);
  }

  addEvent(event: SnapshotEvent): void {
    if (this.#events.length < MAX_WAITING_EVENTS) this.#events.push(event);
    else this.droppedEvents++;
  }

  /** What the next snapshot would tell. */
  get waitingEvents(): readonly SnapshotEvent[] {
    return this.#events;
  }

  takeEvents(): readonly SnapshotEvent[] {
    if (this.#events.length === 0) return this.#events;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The own section of the next snapshot, or `undefined` when the client knows it all. */
  ownState(store: EntityStore, slot: number, schema: ClassSchema, ackedSeq: number): OwnState | undefined {
    const { positions: p, velocities: v } = store;
    const isRepeat = ++this.#sinceOwn > OWN_EVERY_SNAPSHOTS;
    const hasMoved =
      this.#note(0, p.x[slot] as number) |
      this.#note(1, p.y[slot] as number) |
      this.#note(2, p.z[slot] as number) |
      this.#note(3, v.x[slot] as number) |
      this.#note(4, v.y[slot] as number) |
      this.#note(5, v.z[slot] as number) |
      this.#note(6, store.yaws[slot] as number) |
      this.#note(7, ackedSeq);
    const componentMask = this.#changedComponents(store, slot, schema);
    if (hasMoved === 0 && componentMask === 0 && !isRepeat) return undefined;
    this.#sinceOwn = 0;
    const sent = this.#ownSent;
    return {
      position: [sent[0] as number, sent[1] as number, sent[2] as number],
      velocity: [sent[3] as number, sent[4] as number, sent[5] as number],
      yaw: sent[6] as number,
      componentMask,
      components: (name) => store.componentValues(slot, name),
    };
  }

  /** Remembers a figure that is about to be sent: 1 when it is another one than last time. */
  #note(at: number, value: number): 0 | 1 {
    if (this.#ownSent[at] === value) return 0;
    this.#ownSent[at] = value;
    return 1;
  }

  #changedComponents(store: EntityStore, slot: number, schema: ClassSchema): number {
    let mask = 0;
    for (let i = 0; i < schema.own.length; i++) {
      const version = store.componentVersion(slot, schema.own[i]?.bit ?? 0);
      if (this.#ownVersions[i] === version) continue;
      this.#ownVersions[i] = version;
      mask |= 1 << i;
    }
    return mask;
  }
}
