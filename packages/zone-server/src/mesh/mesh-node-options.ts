import type { Clock, EntityId, Epoch } from "@ows/base";
import type { GroundRaster, Partition, RefuseReason, ServerId } from "@ows/mesh";
import type { GameSchema } from "@ows/protocol/game";
import type { LinkBody } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { Players } from "../players/players.ts";
import type { World } from "../world/world.ts";
import type { HandoverSnapshots } from "./handover.ts";
import type { MeshSettings } from "./mesh-settings.ts";
import type { AskForLink } from "./peer-book.ts";
import type { PeerLinks } from "./peer-links.ts";

/** What other parts of a meshed zone server do when an entity changes hands. All run outside the simulation. */
export type MeshListener = {
  /** The entity in this slot lives at `to` from now on; when ghosts are kept, as a ghost in the same slot. */
  released?(slot: number, entity: EntityId, to: ServerId, epoch: Epoch): void;
  /** The entity in this slot came from `from`, or came back (`from` is this server itself). */
  owned?(slot: number, entity: EntityId, from: ServerId): void;
  /** A new version of the partition is in force. */
  repartitioned?(partition: Partition, raster: GroundRaster): void;
  /** This server is proven dead. */
  fenced?(dead: ServerId): void;
};

export type MeshNodeOptions = {
  readonly self: ServerId;
  readonly world: World;
  readonly players: Players;
  readonly schema: GameSchema;
  readonly links: PeerLinks;
  readonly settings: MeshSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sends to the coordinator. */
  readonly tellCoordinator: (body: LinkBody) => boolean;
  /** Without it, a link that is needed is waited for. */
  readonly askForLink?: AskForLink;
  readonly snapshots: HandoverSnapshots;
  /** Why nobody may come now, or `undefined`. */
  readonly refusal: (isPlayer: boolean) => RefuseReason | undefined;
  /** Entities that leave together with one, itself first; alone when not given. */
  readonly unitOf?: (entity: EntityId) => readonly EntityId[];
};
