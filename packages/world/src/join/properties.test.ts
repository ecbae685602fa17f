import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JoinEffect, JoinEvent } from "./messages.ts";
import { occupancy } from "./occupancy.ts";
import type { ZoneInstance } from "./records.ts";
import type { JoinState } from "./state.ts";
import { instancesOf } from "./state.ts";
import { joinDeadlineMs, stepJoins } from "./step.ts";
import { cellar, withCellar } from "./trace.test-kit.ts";

const SOFT_CAP = 3;
const HARD_CAP = 4;
const ANSWER_WITHIN_MS = 25_000;

/** What may happen next; numbers choose among what exists at that moment. */
type Act =
  | { readonly kind: "join"; readonly who: number; readonly back: boolean }
  | { readonly kind: "created" | "failed" | "ready" | "exit" | "lost" | "found" | "stop"; readonly pick: number }
  | { readonly kind: "arrive" | "leave"; readonly pick: number }
  | { readonly kind: "wait"; readonly ms: number };

const pick = fc.nat(50);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("join" as const), who: fc.nat(25), back: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom("created" as const, "ready" as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("arrive" as const, "leave" as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("failed" as const, "exit" as const, "lost" as const, "found" as const, "stop" as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(12_000) }) },
);

/** A world around the machine: rows get ids, servers have players who come only when sent. */
class World {
  state: JoinState;
  readonly servers: number;
  nowMs = 0;
  nextJoinId = 1;
  nextInstanceId = 100;
  readonly askedAtMs = new Map<number, number>();
  readonly answers = new Map<number, number>();
  /** Instances to which somebody was sent although they were not ready or not in contact. */
  readonly wronglySent: number[] = [];

  constructor(servers = 1) {
    this.servers = servers;
    this.state = withCellar({ softPlayerCap: SOFT_CAP, hardPlayerCap: HARD_CAP, servers }, 4);
  }

  apply(event: JoinEvent): void {
    const before = this.state;
    const { state, effects } = stepJoins(before, event, this.nowMs);
    this.state = state;
    for (const effect of effects) this.carryOut(effect);
    this.check(before);
  }

  carryOut(effect: JoinEffect): void {
    if (effect.kind !== "answer") return;
    this.answers.set(effect.joinId, (this.answers.get(effect.joinId) ?? 0) + 1);
    if (effect.outcome.kind !== "placed") return;
    const { zoneInstanceId } = effect.outcome;
    const instance = [...this.state.instances.values()].find((i) => i.zoneInstanceId === zoneInstanceId);
    if (instance?.phase.kind !== "ready" || instance.phase.contactByMs !== null) this.wronglySent.push(zoneInstanceId);
  }

  check(before: JoinState): void {
    expect(this.wronglySent).toEqual([]);
    this.checkAnswers();
    if (this.servers > 1) this.checkMesh(before);
    else this.checkInstances(before);
  }

  checkInstances(before: JoinState): void {
    for (const instance of this.state.instances.values()) expect(occupancy(instance)).toBeLessThanOrEqual(HARD_CAP);
    const starting = startingOf(this.state);
    if (starting.length > startingOf(before).length && starting.length > 1) {
      const waiting = new Set([...this.state.waiting.values()].map((join) => join.characterName)).size;
      expect(waiting).toBeGreaterThan((starting.length - 1) * SOFT_CAP);
    }
  }

  /** All servers of a mesh instance are started together, no second one runs beside it, and they share the cap. */
  checkMesh(before: JoinState): void {
    const members = [...this.state.instances.values()].filter((instance) => instance.phase.kind !== "draining");
    expect(members.reduce((sum, member) => sum + occupancy(member), 0)).toBeLessThanOrEqual(HARD_CAP);
    const meshes = new Set(members.map((member) => member.meshKey));
    expect(meshes.size).toBeLessThanOrEqual(1);
    expect(meshes.has(null)).toBe(false);
    const isNew = (instance: ZoneInstance) => !before.instances.has(instance.key);
    const started = members.filter(isNew).length;
    expect([0, this.servers]).toContain(started);
    if (started === 0 && members.length < this.servers) {
      expect(members.every((member) => member.phase.kind === "starting") && members.length > 0).toBe(false);
    }
  }

  checkAnswers(): void {
    for (const [joinId, askedAtMs] of this.askedAtMs) {
      const answers = this.answers.get(joinId) ?? 0;
      expect(answers + (this.state.waiting.has(joinId) ? 1 : 0)).toBe(1);
      if (answers === 0) expect(this.nowMs - askedAtMs).toBeLessThan(ANSWER_WITHIN_MS);
    }
    const deadlineMs = joinDeadlineMs(this.state);
    if (deadlineMs !== undefined) expect(deadlineMs).toBeGreaterThan(this.nowMs);
  }

  /** Time passes, and the machine is woken whenever it asked to be. */
  wait(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const deadlineMs = joinDeadlineMs(this.state);
      if (deadlineMs === undefined || deadlineMs > untilMs) break;
      this.nowMs = deadlineMs;
      this.apply({ kind: "tick" });
    }
    this.nowMs = untilMs;
  }

  act(step: Act): void {
    switch (step.kind) {
      case "wait":
        this.wait(step.ms);
        return;
      case "join": {
        const joinId = this.nextJoinId++;
        this.askedAtMs.set(joinId, this.nowMs);
        const previous = step.back ? (this.readyOnes()[0]?.zoneInstanceId ?? null) : null;
        const { zoneId } = cellar;
        const toward = this.readyOnes().flatMap((instance) => instance.zoneInstanceId ?? []);
        const who = { joinId, characterName: `Hero${step.who}`, zoneId, groupId: 0, holder: null, previous };
        this.apply({ kind: "join", join: { ...who, position: null, toward: toward.slice(step.who % 2) } });
        return;
      }
      case "created":
      case "failed": {
        const rowless = startingOf(this.state).filter((instance) => instance.zoneInstanceId === null);
        const chosen = rowless[step.pick % rowless.length];
        if (chosen === undefined) return;
        const { key } = chosen;
        if (step.kind === "created")
          this.apply({ kind: "instance-created", key, zoneInstanceId: this.nextInstanceId++ });
        else this.apply({ kind: "start-failed", key, reason: "no broker", avoidWorldServer: step.pick % 2 === 0 });
        return;
      }
      default:
        this.actOnInstance(step);
    }
  }

  actOnInstance(step: { readonly kind: string; readonly pick: number }): void {
    const rows = [...this.state.instances.values()].filter((instance) => instance.zoneInstanceId !== null);
    const chosen = rows[step.pick % rows.length];
    if (chosen === undefined || chosen.zoneInstanceId === null) return;
    const { zoneInstanceId } = chosen;
    const players = chosen.phase.kind === "ready" ? chosen.phase.reportedPlayers : 0;
    switch (step.kind) {
      case "ready":
        this.apply({ kind: "players-reported", zoneInstanceId, players, ready: true });
        return;
      case "arrive":
        this.arrive(chosen, zoneInstanceId, players);
        return;
      case "leave":
        this.apply({ kind: "players-reported", zoneInstanceId, players: Math.max(0, players - 1), ready: false });
        return;
      case "exit":
        this.apply({ kind: "instance-exited", zoneInstanceId, reason: "crashed" });
        return;
      case "lost":
        this.apply({ kind: "contact-lost", zoneInstanceId, reason: "control link closed" });
        return;
      case "found":
        this.apply({ kind: "contact-made", zoneInstanceId });
        return;
      case "stop":
        this.apply({ kind: "stop-requested", zoneInstanceId, reason: "an admin asked" });
        return;
    }
  }

  /** Whoever comes was sent; the zone server refuses the others. */
  arrive({ reservations, namesPlayers }: ZoneInstance, zoneInstanceId: number, players: number): void {
    const [characterName] = reservations.keys();
    if (characterName === undefined) return;
    if (namesPlayers) this.apply({ kind: "character-arrived", zoneInstanceId, characterName });
    this.apply({ kind: "players-reported", zoneInstanceId, players: players + 1, ready: false });
  }

  readyOnes(): ZoneInstance[] {
    return [...this.state.instances.values()].filter((instance) => instance.phase.kind === "ready");
  }
}

function startingOf(state: JoinState): ZoneInstance[] {
  return instancesOf(state, cellar.zoneId, 0).filter((instance) => instance.phase.kind === "starting");
}

test.each([
  [1, "caps hold, no needless start, one answer per join, in time, from a server that was ready"],
  [
    2,
    "servers of a mesh instance start together and share a cap, one answer per join, in time, from one that was ready",
  ],
])("whatever happens with %i servers: %s", (servers) => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 20, maxLength: 150 }), (acts) => {
      const world = new World(servers);
      for (const step of acts) world.act(step);
      world.wait(ANSWER_WITHIN_MS);
      expect(world.state.waiting.size).toBe(0);
      for (const joinId of world.askedAtMs.keys()) expect(world.answers.get(joinId)).toBe(1);
    }),
    { numRuns: 300 },
  );
});
