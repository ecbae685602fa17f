import game from "@ows/demo/game";
import { EntityStore, type NewEntity } from "@ows/game";
import { schemaOf } from "@ows/protocol/game";
import { encryptTravelId } from "@ows/protocol/ticket";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEV_ENCRYPTION_KEY, type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { RawGameClient } from "../game-client/raw-client.ts";
import { PluginClient } from "../plugin-client/plugin-client.ts";
import { field, stringField } from "../plugin-client/plugin-json.ts";

const EMAIL = "plugin@example.com";
const PASSWORD = "correct horse";
const NAME = "Pluginia";

let dev: DevStack;
let plugin: PluginClient;

beforeAll(async () => {
  dev = await startDev({ portBase: 5100 });
  plugin = new PluginClient(dev, dev.customerGuid);
});
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test("a stock plugin registers, creates a character, is sent to a server, plays and leaves its place behind", async () => {
  await plugin.register(EMAIL, PASSWORD);
  const session = await plugin.login(EMAIL, PASSWORD);
  const created = await plugin.createCharacter(session, NAME, "Wanderer");
  expect([field(created, "success"), stringField(created, "errorMessage")]).toEqual([true, ""]);
  const characters = (await plugin.getAllCharacters(session)) as unknown[];
  expect(characters.map((c) => stringField(c, "CharacterName"))).toEqual([NAME]);
  expect(stringField(characters[0], "LastActivity")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/);

  const selected = await plugin.selectCharacter(session, NAME);
  expect(selected.characterName).toBe(NAME);
  const { ip, port } = await plugin.getServerToConnectTo(NAME);
  expect([ip, port]).toEqual(["127.0.0.1", expect.stringMatching(/^\d{4}$/)]);

  // The ID claims another place: the server must take the stored one.
  const id = encryptTravelId({ ...selected, x: 9_999, y: 9_999 }, DEV_ENCRYPTION_KEY, 0x5a);
  const client = new RawGameClient(`ws://${ip}:${port}/?ID=${id}`, schemaOf(game));
  const welcome = await client.attach("travel-id", "");
  expect([welcome.zoneName, welcome.lastInputSeq]).toEqual(["Meadow", 0]);
  await waitUntil("the first snapshot", () => client.own);
  const { position: start, components } = client.own!;
  expect(Math.hypot(start[0], start[1])).toBeLessThan(99);

  const moves = Array.from({ length: 120 }, (_, i) => ({ x: i % 3 === 0 ? -127 : 127, y: i % 2 === 0 ? 127 : 0 }));
  for (let i = 0; i < moves.length; i += 2) {
    client.send(moves.slice(i, i + 2).map((values) => ({ name: "move", values })));
    await waitUntil("the inputs are applied", () => (client.last?.ackedSeq ?? 0) >= i - 8);
  }
  await waitUntil("every input is applied", () => client.last?.ackedSeq === moves.length);
  expect(client.own!.position).toEqual(replay(start, components, moves));

  // The same numbers once more change nothing.
  client.repeatFrom(
    moves.length - 1,
    moves.slice(-2).map((values) => ({ kind: 0, values })),
  );
  const seen = client.snapshots;
  await waitUntil("five more ticks", () => client.snapshots > seen + 5);
  expect([client.last?.ackedSeq, client.own!.position]).toEqual([moves.length, replay(start, components, moves)]);

  const end = client.own!.position;
  await client.leave();
  const saved = await waitUntil("the place is saved", async () => {
    const character = await plugin.getByName(NAME);
    return Math.abs(Number(field(character, "X")) - end[0] * 100) < 1e-6 && character;
  });
  expect(Number(field(saved, "Y"))).toBeCloseTo(end[1] * 100, 6);
  expect(client.wrong).toEqual([]);
  expect(field(await plugin.playerLogout(NAME), "success")).toBe(true);
  expect(field(await plugin.logout(session), "success")).toBe(true);

  // Who comes back stands where the last visit ended.
  const again = await plugin.login(EMAIL, PASSWORD);
  const back = await plugin.selectCharacter(again, NAME);
  expect([back.x, back.y]).toEqual([Number(field(saved, "X")), Number(field(saved, "Y"))]);
});

test("a travel ID with another key, another's session or a dead session is refused with a reason", async () => {
  await plugin.register("thief@example.com", PASSWORD);
  const thief = await plugin.login("thief@example.com", PASSWORD);
  const session = await plugin.login(EMAIL, PASSWORD);
  const victim = await plugin.selectCharacter(session, NAME);
  const { ip, port } = await plugin.getServerToConnectTo(NAME);
  const attach = async (id: string) => {
    const client = new RawGameClient(`ws://${ip}:${port}/?ID=${id}`, schemaOf(game));
    return client.attach("travel-id", "").then(
      () => "admitted",
      (error: Error) => error.message,
    );
  };
  expect(await attach(encryptTravelId(victim, "another key"))).toMatch(/refused.*another key/);
  expect(await attach(encryptTravelId({ ...victim, userSessionGuid: thief }, DEV_ENCRYPTION_KEY))).toMatch(/refused/);
  await plugin.logout(session);
  expect(await attach(encryptTravelId(victim, DEV_ENCRYPTION_KEY))).toMatch(/refused/);
});

test("an unknown character or zone gives the plugin an empty address and a reason", async () => {
  const session = await plugin.login(EMAIL, PASSWORD);
  expect(session).not.toBe("");
  expect(await plugin.getServerToConnectTo(NAME, "Atlantis")).toMatchObject({ ip: "" });
  expect(await plugin.getServerToConnectTo("Nobody", "Meadow")).toMatchObject({ ip: "" });
});

/** Where the game's own `predict` ends up: the server must arrive at the very same numbers. */
function replay(
  start: readonly [number, number, number],
  components: NonNullable<NewEntity["components"]>,
  moves: readonly { x: number; y: number }[],
): number[] {
  const { definition } = game;
  const store = new EntityStore(game);
  const [x, y, z] = start;
  const classIndex = definition.classes.indexOf(definition.player);
  const slot = store.spawn({ id: 1 as never, classIndex, position: { x, y, z }, components });
  const me = store.entity(slot);
  for (const move of moves) definition.predict?.move?.(me as never, move, 1 / definition.tickHz);
  return [me.position.x, me.position.y, me.position.z];
}
