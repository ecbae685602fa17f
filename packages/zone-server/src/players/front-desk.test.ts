import { schemaOf } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { type ClaimAnswer, type ClaimRequest, MemoryCharacters } from "../backend/characters.ts";
import { startStandaloneZoneServer } from "../start-standalone-zone-server.ts";
import { meadow } from "../testing/meadow-game.test-kit.ts";
import { RawClient } from "../testing/raw-client.test-kit.ts";

const schema = schemaOf(meadow);

/** Characters whose claims are answered when the test says so. */
class PatientCharacters extends MemoryCharacters {
  readonly #open: (() => void)[] = [];
  claims = 0;

  override async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    this.claims++;
    await new Promise<void>((resolve) => this.#open.push(resolve));
    return super.claim(request);
  }

  answer(): void {
    for (const open of this.#open.splice(0)) open();
  }
}

async function scene(settings = {}) {
  const characters = new PatientCharacters();
  const server = await startStandaloneZoneServer({
    ...{ game: meadow, zoneName: "Meadow", admission: "open" as const, characters, settings },
  });
  const knock = async (name: string) => {
    const client = new RawClient(server.endpoint.url, schema);
    await client.opened();
    client.attach(name);
    return client;
  };
  return { characters, server, knock };
}

test("of two clients that wait for the same claim the newer one gets the avatar", async () => {
  const { characters, server, knock } = await scene();
  await using _ = server;
  using first = await knock("Ada");
  await expect.poll(() => characters.claims).toBe(1);
  using second = await knock("Ada");
  await first.closed();
  expect(first.closing).toMatchObject({ code: "replaced" });
  characters.answer();
  await second.until(() => second.welcome !== undefined);
  expect(characters.claims).toBe(1);
});

test("characters on their way in count against the cap", async () => {
  const { characters, server, knock } = await scene({ hardPlayerCap: 1 });
  await using _ = server;
  using first = await knock("Ada");
  await expect.poll(() => characters.claims).toBe(1);
  using second = await knock("Ben");
  await second.closed();
  expect(second.closing).toMatchObject({ code: "full" });
  characters.answer();
  await first.until(() => first.welcome !== undefined);
});

test("a client that goes while its claim is under way leaves a link-dead avatar, which a newer one takes", async () => {
  const { characters, server, knock } = await scene();
  await using _ = server;
  using first = await knock("Ada");
  await expect.poll(() => characters.claims).toBe(1);
  first.socket.terminate();
  await expect.poll(() => server.inspect().connections).toBe(0);
  characters.answer();
  await expect.poll(() => server.inspect().players[0]?.isLinkDead).toBe(true);
  using second = await knock("Ada");
  await second.until(() => second.welcome !== undefined);
  expect(characters.claims).toBe(1);
});

test("a character that arrives while the server stops is saved and released", async () => {
  const { characters, server, knock } = await scene();
  using ada = await knock("Ada");
  await expect.poll(() => characters.claims).toBe(1);
  const stopped = server[Symbol.asyncDispose]();
  characters.answer();
  await stopped;
  await ada.closed();
  expect(ada.closing).toMatchObject({ code: "stopping" });
  expect(characters.kept("Ada")).toMatchObject({ release: true });
});
