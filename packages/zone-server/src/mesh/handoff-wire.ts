import type { EntityId, Epoch } from "@ows/base";
import { isEntityId } from "@ows/base";
import type { HandoffMessage, MemberState, RefuseReason } from "@ows/mesh";
import type { Handoff, HandoffMember } from "@ows/protocol/mesh";
import type { EntityBytes } from "./pack-entity.ts";

export type PackedHandoff = HandoffMessage<EntityBytes>;

/** Class names by number and back: the two sides may run different builds of a game. */
export type ClassNames = readonly string[];

export function handoffToWire(message: PackedHandoff, classes: ClassNames): Handoff {
  const { root } = message;
  switch (message.kind) {
    case "prepare":
      return {
        root,
        step: {
          $case: "prepare",
          value: {
            members: message.members.map(({ entity, epoch }) => ({ entity, epoch, state: NOTHING })),
            classes: message.classes.map((index) => classes[index] ?? ""),
            character: message.character ?? "",
            partitionVersion: message.partitionVersion,
            x: message.at.x,
            y: message.at.y,
          },
        },
      };
    case "ready":
      return { root, step: { $case: "ready", value: { epoch: message.epoch, token: message.token } } };
    case "refuse":
      return { root, step: { $case: "refuse", value: { epoch: message.epoch, reason: message.reason } } };
    case "state":
    case "delta": {
      const { kind, sequence } = message;
      return { root, step: { $case: kind, value: { sequence, members: message.members.map(memberToWire) } } };
    }
    case "commit": {
      const { token } = message;
      return { root, step: { $case: "commit", value: { members: message.members.map(memberToWire), token } } };
    }
    case "not-taken":
      return { root, step: { $case: "notTaken", value: { epoch: message.epoch, reason: message.reason } } };
    case "abort":
    case "complete":
    case "durable":
    case "ended":
      return { root, step: { $case: message.kind, value: message.epoch } };
  }
}

/** `undefined`: not a message that an honest peer of any build sends. Classes that are not known here are -1. */
export function handoffFromWire({ root: id, step }: Handoff, classes: ClassNames): PackedHandoff | undefined {
  if (step === undefined || !isEntityId(id)) return undefined;
  const root = id;
  switch (step.$case) {
    case "prepare": {
      const members = membersFromWire(step.value.members, root);
      if (members === undefined || members.length !== step.value.classes.length) return undefined;
      const { character, partitionVersion, x, y } = step.value;
      if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
      return {
        ...{ kind: "prepare", root, members, at: { x, y }, partitionVersion },
        classes: step.value.classes.map((name) => classes.indexOf(name)),
        character: character === "" ? undefined : character,
      };
    }
    case "ready":
      return withEpoch(step.value.epoch, (epoch) => ({ kind: "ready", root, epoch, token: step.value.token }));
    case "refuse":
    case "notTaken": {
      const kind = step.$case === "refuse" ? "refuse" : "not-taken";
      return withEpoch(step.value.epoch, (epoch) => ({ kind, root, epoch, reason: reasonOf(step.value.reason) }));
    }
    case "state":
    case "delta": {
      const members = membersFromWire(step.value.members, root);
      return members && { kind: step.$case, root, sequence: step.value.sequence, members };
    }
    case "commit": {
      const members = membersFromWire(step.value.members, root);
      return members && { kind: "commit", root, members, token: step.value.token };
    }
    case "abort":
    case "complete":
    case "durable":
    case "ended":
      return { kind: step.$case, root, epoch: step.value };
  }
}

const NOTHING = Buffer.alloc(0);

const REASONS: readonly RefuseReason[] = [
  "full",
  "not-my-ground",
  "behind",
  "draining",
  "unknown-class",
  "handed-elsewhere",
  "stale",
  "void",
  "not-prepared",
];

/** A reason of a newer build is as good as any other. */
function reasonOf(text: string): RefuseReason {
  return REASONS.find((reason) => reason === text) ?? "stale";
}

function memberToWire({ entity, epoch, state }: MemberState<EntityBytes>): HandoffMember {
  const [bytes, ...more] = state;
  if (bytes === undefined) return { entity, epoch, state: NOTHING };
  if (more.length > 0) return { entity, epoch, state: Buffer.concat(state) };
  return { entity, epoch, state: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** The root comes first. Bytes are copied: the message is a view of what the socket gave. */
function membersFromWire(members: readonly HandoffMember[], root: EntityId): MemberState<EntityBytes>[] | undefined {
  const read: MemberState<EntityBytes>[] = [];
  for (const { entity, epoch, state } of members) {
    if (!isEntityId(entity) || epoch === undefined) return undefined;
    read.push({ entity, epoch, state: state.length === 0 ? [] : [Uint8Array.from(state)] });
  }
  return read[0]?.entity === root ? read : undefined;
}

function withEpoch(epoch: Epoch | undefined, make: (epoch: Epoch) => PackedHandoff): PackedHandoff | undefined {
  return epoch === undefined ? undefined : make(epoch);
}
