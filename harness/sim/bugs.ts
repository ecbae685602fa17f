import { decideUnits, EpochMemory, ROLES, stepSource, stepTarget } from "@ows/mesh";
import type { SimState } from "./state.ts";

/** Mistakes that can be planted, to see that the simulator finds them. */
export const bugs = {
  "no-escrow": "the source forgets the unit when it sends the commit",
  "commit-after-void": "the target takes a commit that it has declared void",
  "burned-epoch": "the source owns again at the epoch that it gave away",
  "first-answer": "the coordinator promotes on the first answer to a fence",
  "early-supersede": "the coordinator lets copies go before the promotion is confirmed",
  "forgets-accepted": "the target forgets at once what it took",
  "ignores-fence": "a server still listens to the dead",
  "any-welcome": "the client obeys any welcome",
  "repeated-inputs": "the server applies an input again",
  "group-splits": "the target takes only the first of a group",
  "keeps-the-ended": "the source keeps in escrow what it hears has ended",
  "no-tombstones": "the coordinator does not count who says that an entity has ended",
  "ghost-first": "the coordinator prefers a ghost to an escrow",
} as const;

export type Bug = keyof typeof bugs;

export function isBug(name: string): name is Bug {
  return Object.hasOwn(bugs, name);
}

/** The machines of one server, with the bug in them. */
export function bentParts(bug: Bug | undefined): {
  source: typeof stepSource<SimState>;
  target: typeof stepTarget<SimState>;
  memory: EpochMemory;
} {
  return { source: bentSource(bug), target: bentTarget(bug), memory: bentMemory(bug) };
}

/** How the coordinator decides, with the bug in it. */
export function bentDecision(bug: Bug | undefined): typeof decideUnits {
  switch (bug) {
    case "no-tombstones":
      return (copies, dead) =>
        decideUnits(
          copies.filter(({ role }) => role !== "ended"),
          dead,
        );
    case "ghost-first":
      return (copies, dead) => decideUnits(copies, dead, ["ghost", ...ROLES.filter((role) => role !== "ghost")]);
    default:
      return decideUnits;
  }
}

function bentSource(bug: Bug | undefined): typeof stepSource<SimState> {
  switch (bug) {
    case "no-escrow":
      return (state, event, unit) =>
        state.phase === "released" && event.kind !== "complete" && event.kind !== "durable"
          ? { state: undefined, effects: [{ kind: "drop-escrow" }] }
          : stepSource(state, event, unit);
    case "burned-epoch":
      return (state, event, unit) => {
        const step = stepSource(state, event, unit);
        if (event.kind !== "not-taken" && event.kind !== "resolved") return step;
        const effects = step.effects.map((effect) =>
          effect.kind !== "own-again"
            ? effect
            : {
                ...effect,
                members: effect.members.map((m) => ({ ...m, epoch: { ...m.epoch, count: m.epoch.count - 1 } })),
              },
        );
        return { ...step, effects };
      };
    case "keeps-the-ended":
      return (state, event, unit) => (event.kind === "over" ? { state, effects: [] } : stepSource(state, event, unit));
    default:
      return stepSource;
  }
}

function bentTarget(bug: Bug | undefined): typeof stepTarget<SimState> {
  if (bug === "commit-after-void") {
    return (state, event, unit) => (event.kind === "abort" ? { state, effects: [] } : stepTarget(state, event, unit));
  }
  if (bug !== "group-splits") return stepTarget;
  return (state, event, unit) =>
    stepTarget(state, event.kind === "commit" ? { ...event, members: event.members.slice(0, 1) } : event, unit);
}

function bentMemory(bug: Bug | undefined): EpochMemory {
  switch (bug) {
    case "forgets-accepted":
      return new ForgetfulMemory();
    case "commit-after-void":
      return new Voidless();
    case "keeps-the-ended":
      return new EndlessMemory();
    default:
      return new EpochMemory();
  }
}

class ForgetfulMemory extends EpochMemory {
  override hasAccepted(): boolean {
    return false;
  }
}

class Voidless extends EpochMemory {
  override isVoid(): boolean {
    return false;
  }

  override voidEpoch(): void {}
}

class EndlessMemory extends EpochMemory {
  override end(): boolean {
    return true;
  }
}
