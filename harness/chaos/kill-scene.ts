import { strict as assert } from "node:assert";
import type { EntityId } from "@ows/base";
import { borderGame } from "@ows/zone-server/testing/border-game";
import { MeshKit } from "@ows/zone-server/testing/mesh-kit";

/** Points of a handoff at which something breaks. */
export const KILL_POINTS = [
  "asked, no answer yet",
  "state told",
  "commit on its way",
  "taken, no answer yet",
  "taken and confirmed",
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

export const FAULTS = ["target killed", "source killed", "link cut"] as const;
export type Fault = (typeof FAULTS)[number];

const SOURCE = 2;
const TARGET = 1;
/** How long it may stay open who lives, in ticks of 20 ms. */
const TICKS_UNTIL_PROOF = 30;

/**
 * Lets a player walk from one server to another until a point of its handoff is reached, breaks something there, and
 * answers who has the player afterwards. Throws when two own it at any tick, when nobody does in the end, or when an
 * input is lost or counts twice. `pace` is the walker's step, in tenths of a metre per tick.
 */
export async function killAt(point: KillPoint, fault: Fault, pace: number): Promise<string> {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const client = kit.enter("Ada", SOURCE);
  await kit.until(() => client.own !== undefined);
  const id = kit.server(SOURCE).runtime.players.byName("Ada")?.entityId as EntityId;
  let sent = 0;
  const walk = async (dx: number) => {
    client.input("step", { dx, dy: 0, n: ++sent });
    await kit.step();
    const owners = kit.ownersOf(id);
    assert.ok(owners.length <= 1, `owned by ${owners.join(" and ")}`);
    assert.deepEqual(kit.simulatorsOf(id), owners, "simulated by others than its owner");
  };
  let isBroken = false;
  const breakIt = () => {
    if (isBroken) return;
    isBroken = true;
    if (fault === "link cut") kit.server(TARGET).channels.cut();
    else kit.crash(fault === "target killed" ? TARGET : SOURCE);
  };
  armAt(kit, id, point, breakIt);
  for (let i = 0; i < 600 && !isBroken; i++) await walk(-pace);
  assert.ok(isBroken, "the point was never reached");
  kit.beforeWire = undefined;
  if (fault === "link cut") await kit.allLinked();
  else {
    await kit.step(TICKS_UNTIL_PROOF);
    kit.proveDead(fault === "target killed" ? TARGET : SOURCE);
  }
  await kit.step(5);
  if (client.openLinks === 0) return await comesBack(kit, id);
  await kit.until(() => kit.ownersOf(id).length === 1 && !client.hasUnacked);
  for (let i = 0; i < 100; i++) await walk(i % 2 === 0 ? 5 : -5);
  await kit.until(() => !client.hasUnacked);
  assert.deepEqual(client.trace, { count: sent, last: sent, mistakes: 0 });
  return `plays on at the ${kit.ownersOf(id)[0] === SOURCE ? "source" : "target"}`;
}

/** The target saw its ghost, no more: the avatar lives on from that, and its player finds it. */
async function comesBack(kit: MeshKit, id: EntityId): Promise<string> {
  const again = kit.enter("Ada", TARGET);
  await kit.until(() => again.own !== undefined);
  assert.equal(kit.server(TARGET).runtime.players.byName("Ada")?.entityId, id, "the same entity");
  return "comes back to its avatar at the target";
}

function armAt(kit: MeshKit, id: EntityId, point: KillPoint, breakIt: () => void): void {
  const { desk } = kit.server(SOURCE).runtime.mesh ?? {};
  if (point === "taken, no answer yet") {
    kit.server(TARGET).runtime.mesh?.listen({ owned: breakIt });
    return;
  }
  kit.beforeWire = () => {
    const source = desk?.sourceOf(id);
    if (point === "asked, no answer yet" && source?.phase === "preparing") breakIt();
    if (point === "state told" && source?.phase === "ready" && source.sent > 2 && source.isClientWarm) breakIt();
    if (point === "commit on its way" && source?.phase === "released") breakIt();
    if (point === "taken and confirmed" && source?.phase === "confirmed") breakIt();
  };
}
