import { ManualClock, Prng } from "@ows/base";
import { linkTransport, MemoryChannels } from "@ows/mesh-runtime";
import { LINK_PROTOCOL_VERSION, type Peer } from "@ows/protocol/mesh";
import { silentLogger } from "@ows/service-kit";
import { expect, test, vi } from "vitest";
import { type LinkWish, PeerBook } from "./peer-book.ts";
import { PeerLinks } from "./peer-links.ts";

const clock = new ManualClock(0);
const bounds = { minX: -200, minY: -200, maxX: 200, maxY: 200 };
const why = () => ({ characterName: "Ada", from: { x: -1, y: 0 }, at: { x: 6.25, y: -193.75 } });

function peerAt(zoneInstanceId: number): Peer {
  const s2sEndpoint = { ip: "nowhere", port: zoneInstanceId, url: "" };
  return {
    zoneInstanceId,
    s2sEndpoint,
    s2sSocket: "",
    gameEndpoint: { ...s2sEndpoint, url: `ws://${zoneInstanceId}` },
  };
}

/** A book whose questions wait until the test answers them. */
async function openBook() {
  const links = await PeerLinks.listen({
    transport: linkTransport(new MemoryChannels()),
    address: { host: "here", port: 0 },
    hello: {
      ...{ protocolVersion: LINK_PROTOCOL_VERSION, role: "zone-server", zoneInstanceId: 1, incarnation: "one", pid: 1 },
      ...{ customerGuid: "11111111-2222-3333-4444-555555555555", schemaHash: 1, components: [] },
    },
    ...{ prng: Prng.fromSeed(1), clock, logger: silentLogger() },
  });
  links.admitWith("secret");
  const asked: { readonly wish: LinkWish; readonly answer: PromiseWithResolvers<Peer> }[] = [];
  const askForLink = (wish: LinkWish) => {
    const answer = Promise.withResolvers<Peer>();
    asked.push({ wish, answer });
    return answer.promise;
  };
  const book = new PeerBook({ links, bounds, clock, logger: silentLogger(), askForLink });
  return { links, book, asked };
}

test("a link that is needed is asked for after a moment, one question at a time and at most every two seconds", async () => {
  const { links, book, asked } = await openBook();
  await using _ = links;
  book.needsLink(2, why);
  clock.advance(249);
  book.needsLink(2, why);
  expect(asked).toEqual([]);
  clock.advance(1);
  for (let i = 0; i < 10; i++) book.needsLink(2, why);
  expect(asked.map(({ wish }) => wish)).toEqual([
    { characterName: "Ada", currentCell: "4-15-16", targetCell: "4-16-0" },
  ]);
  clock.advance(5_000);
  book.needsLink(2, why);
  expect(asked).toHaveLength(1);
  asked[0]?.answer.reject(new Error("nobody owns it now"));
  await vi.waitFor(() => {
    book.needsLink(2, why);
    expect(asked).toHaveLength(2);
  });
  asked[1]?.answer.resolve(peerAt(2));
  await expect.poll(() => links.inspect().map(({ peer }) => peer)).toEqual([2]);
  expect(book.gameUrlOf(2)).toBe("ws://2");
  clock.advance(1_999);
  book.needsLink(2, why);
  book.needsLink(3, why);
  clock.advance(1);
  book.needsLink(2, why);
  expect(asked).toHaveLength(3);
});
