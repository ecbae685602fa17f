import type { EntityId, Epoch } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import type { HandoffReport } from "@ows/protocol/mesh";

/** Ended handoffs that are remembered. */
const KEPT = 200;
/** Reports that wait for the coordinator. */
const MAX_WAITING_REPORTS = 1_000;

/** One handoff as an operator sees it; durations in milliseconds. */
export type HandoffRecord = {
  readonly entity: EntityId;
  readonly characterName: string;
  readonly from: ServerId;
  readonly to: ServerId;
  readonly epoch: Epoch;
  readonly phase: "preparing" | "ready" | "released" | "ended";
  /** "done", or why it stayed; empty while under way. */
  readonly outcome: string;
  /** What it waits for, or waited for last. */
  readonly waitsFor: string;
  /** From the question to the target's answer. */
  readonly prepareMs: number;
  /** From then until the client's link to the target stood. */
  readonly warmMs: number;
  /** From the commit until the target's answer. */
  readonly commitMs: number;
  /** Since the server's start. */
  readonly beganAtMs: number;
};

/** One that is under way; `ageMs` since it began. */
export type OpenHandoff = HandoffRecord & { readonly ageMs: number };

type Open = { -readonly [K in keyof HandoffRecord]: HandoffRecord[K] } & { phaseAtMs: number };

/** What became of the units that this server gave away or wanted to. */
export class HandoffLog {
  readonly #self: ServerId;
  readonly #open = new Map<EntityId, Open>();
  #ended: HandoffRecord[] = [];
  #reports: HandoffReport[] = [];
  done = 0;
  stayed = 0;

  constructor(self: ServerId) {
    this.#self = self;
  }

  began(entity: EntityId, to: ServerId, characterName: string, epoch: Epoch, nowMs: number): void {
    this.#open.set(entity, {
      ...{
        entity,
        characterName,
        from: this.#self,
        to,
        epoch,
        phase: "preparing",
        outcome: "",
        waitsFor: "the target",
      },
      ...{ prepareMs: 0, warmMs: 0, commitMs: 0, beganAtMs: nowMs, phaseAtMs: nowMs },
    });
  }

  ready(entity: EntityId, nowMs: number): void {
    const open = this.#open.get(entity);
    if (open?.phase !== "preparing") return;
    open.prepareMs = nowMs - open.phaseAtMs;
    open.phase = "ready";
    open.phaseAtMs = nowMs;
  }

  warm(entity: EntityId, nowMs: number): void {
    const open = this.#open.get(entity);
    if (open?.phase === "ready") open.warmMs = nowMs - open.phaseAtMs;
  }

  waits(entity: EntityId, waitsFor: string): void {
    const open = this.#open.get(entity);
    if (open !== undefined) open.waitsFor = waitsFor;
  }

  released(entity: EntityId, epoch: Epoch, nowMs: number): void {
    const open = this.#open.get(entity);
    if (open === undefined) return;
    open.phase = "released";
    open.epoch = epoch;
    open.phaseAtMs = nowMs;
    open.waitsFor = "the target to take it";
  }

  /** The target has it. */
  completed(entity: EntityId, nowMs: number): void {
    const open = this.#open.get(entity);
    if (open?.phase !== "released") return;
    open.commitMs = nowMs - open.phaseAtMs;
    this.done++;
    this.#end(open, "done");
  }

  ended(entity: EntityId, outcome: string): void {
    const open = this.#open.get(entity);
    if (open === undefined) return;
    this.stayed++;
    this.#end(open, outcome);
  }

  open(nowMs: number): readonly OpenHandoff[] {
    return Array.from(this.#open.values(), ({ phaseAtMs: _, ...record }) => {
      return { ...record, ageMs: nowMs - record.beganAtMs };
    });
  }

  openOf(entity: EntityId): HandoffRecord | undefined {
    return this.#open.get(entity);
  }

  /** What became of the last handoff of an entity that is still remembered. */
  lastOutcomeOf(entity: EntityId): string | undefined {
    return this.#ended.findLast((ended) => ended.entity === entity)?.outcome;
  }

  takeReports(): HandoffReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  #end(open: Open, outcome: string): void {
    this.#open.delete(open.entity);
    const { phaseAtMs: _, ...record } = open;
    const ended: HandoffRecord = { ...record, phase: "ended", outcome };
    this.#ended.push(ended);
    if (this.#ended.length > 2 * KEPT) this.#ended = this.#ended.slice(-KEPT);
    // Who turned back was never under way for anybody but this server.
    if (outcome === "turned-back" || this.#reports.length >= MAX_WAITING_REPORTS) return;
    const { entity, characterName, from, to, epoch, prepareMs, warmMs, commitMs } = ended;
    this.#reports.push({ entity, characterName, from, to, epoch, outcome, prepareMs, warmMs, commitMs });
  }
}
