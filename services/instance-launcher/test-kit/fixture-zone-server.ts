import { randomUUID } from "node:crypto";
import { Prng } from "@ows/base";
import { keepLinked, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { callEndpoint, instanceManagement, mesh } from "@ows/protocol/http";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";

/**
 * A zone server without a game, for tests: it enters as a real one does, and misbehaves as its map's name says.
 * `Crash` ends while starting, `Never` never becomes ready, `Stubborn` ignores every wish to stop and the loss of its launcher, `Hang` blocks its
 * event loop once it is ready; any other map behaves.
 */
const [, map = ""] = process.argv.slice(2);
const mapName = map.split("?")[0] ?? "";
const argument = (name: string) =>
  Number(process.argv.find((text) => text.startsWith(`-${name}=`))?.slice(name.length + 2));
const zoneInstanceId = argument("zoneinstanceid");
const port = argument("port");
const { env } = process;
const customerGuid = env.OWS_CUSTOMER_GUID ?? "";
const credential = env.OWS_ZONE_CREDENTIAL ?? "";
const call = { baseUrl: env.OWS_INSTANCE_MANAGEMENT_URL ?? "", customerGuid, credential };
const transport = linkTransport(tcpChannels);
const isStubborn = mapName === "Stubborn";

const hello: Hello = {
  protocolVersion: LINK_PROTOCOL_VERSION,
  role: "zone-server",
  customerGuid,
  zoneInstanceId,
  incarnation: randomUUID(),
  credential,
  schemaHash: 0,
  components: [],
  pid: process.pid,
};

function leave(reason: string): void {
  console.log(`fixture: ${reason}`);
  if (!isStubborn) process.exit(0);
}

function obey(body: LinkBody): void {
  if (body.$case === "stop") leave(`told to stop: ${body.value.reason}`);
}

process.on("SIGTERM", () => leave("SIGTERM"));
process.on("SIGINT", () => leave("SIGINT"));

if (mapName === "Crash") {
  console.error("fixture: the map cannot be loaded");
  process.exit(3);
}

const [host = "", launcherPort = "0"] = (env.OWS_LAUNCHER_LINK ?? "").split(":");
const launcher = await transport.connect({
  address: { host, port: Number(launcherPort) },
  hello,
  peerRoles: ["launcher"],
});
launcher.onMessage(obey);
void launcher.ended.then(() => leave("the launcher is gone"));

if (mapName !== "Never") await becomeReady();

async function becomeReady(): Promise<void> {
  const gameEndpoint = { ip: "127.0.0.1", port, url: `ws://127.0.0.1:${port}/fixture` };
  const joined = await callEndpoint(mesh.join, {
    ...call,
    body: {
      zoneInstanceId,
      gameEndpoint,
      s2sEndpoint: null,
      protocolVersion: LINK_PROTOCOL_VERSION,
      schemaHash: "0",
      capacity: 100,
    },
  });
  const { ip, port: controlPort } = joined.controlEndpoint;
  keepLinked({
    connect: (signal) =>
      transport.connect({ address: { host: ip, port: controlPort }, hello, peerRoles: ["coordinator"], signal }),
    onLink: (link) => {
      link.onMessage((body) => {
        obey(body);
        if (body.$case === "evict") {
          const { number, characterName } = body.value;
          link.send({ $case: "evicted", value: { number, characterName, wasHere: true } });
        }
      });
      link.send({
        $case: "renew",
        value: { number: 1, players: 0, entities: 0, cpu: 0, tickP99Ms: 0, state: "running" },
      });
    },
    onDown: () => {},
    prng: Prng.fromSeed(process.pid),
  });
  await callEndpoint(instanceManagement.updateNumberOfPlayers, {
    ...call,
    body: { zoneInstanceId, numberOfConnectedPlayers: 0 },
  });
  launcher.send({ $case: "ready", value: { gameEndpoint } });
  console.log("fixture: ready");
  if (mapName === "Hang") setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
}
