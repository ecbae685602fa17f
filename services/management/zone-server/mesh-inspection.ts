import { list, type Members, number, optionalNumber, record, text } from "./members.ts";

/** What a zone server says of its part in a mesh instance. */
export type InspectedMesh = {
  readonly partitionVersion: number;
  readonly ghosts: number;
  readonly handedOff: number;
  readonly stayed: number;
  readonly idleClients: number;
  readonly forwardedInputs: number;
  readonly links: readonly InspectedLink[];
  readonly openHandoffs: readonly OpenHandoff[];
  readonly stays: readonly InspectedStay[];
};

/** Why an entity that something calls to another server is here still. */
export type InspectedStay = {
  readonly entity: number;
  readonly to: number;
  readonly phase: string;
  readonly detail: string;
  readonly ms: number;
};

export type InspectedLink = {
  readonly to: number;
  readonly isUp: boolean;
  readonly kind: string;
  readonly roundTripMs: number | null;
  readonly bulkBytesOut: number;
  readonly bulkBytesIn: number;
  readonly messagesOut: number;
  readonly messagesIn: number;
  readonly unsentBytes: number;
  readonly skippedBulk: number;
};

/** A handoff under way; those that ended are told by the coordinator. */
export type OpenHandoff = {
  readonly entityId: number;
  readonly characterName: string;
  readonly from: number;
  readonly to: number;
  readonly epoch: string;
  readonly phase: string;
  readonly waitsFor: string;
  /** Since it began. */
  readonly ageMs: number;
  readonly prepareMs: number;
  readonly warmMs: number;
  readonly commitMs: number;
};

/** Throws `InspectionError` naming the first member that is wrong. */
export function parseMesh(mesh: Members): InspectedMesh {
  const handoffs = record(mesh.handoffs, "handoffs");
  return {
    partitionVersion: number(mesh, "partitionVersion"),
    ghosts: number(mesh, "ghosts"),
    handedOff: number(handoffs, "done"),
    stayed: number(handoffs, "stayed"),
    idleClients: number(mesh, "idleClients"),
    forwardedInputs: number(mesh, "forwardedInputs"),
    links: list(mesh.links, "links").map((link) => parseLink(record(link, "a link"))),
    openHandoffs: list(handoffs.open, "open handoffs").map((value) => parseHandoff(record(value, "a handoff"))),
    stays: list(mesh.stays, "stays").map((value) => parseStay(record(value, "a stay"))),
  };
}

function parseStay(stay: Members): InspectedStay {
  return {
    ...{ entity: number(stay, "entity"), to: number(stay, "to"), ms: number(stay, "ms") },
    ...{ phase: text(stay, "phase"), detail: text(stay, "detail") },
  };
}

function parseLink(link: Members): InspectedLink {
  return {
    to: number(link, "peer"),
    isUp: link.isUp === true,
    kind: text(link, "kind"),
    roundTripMs: optionalNumber(link, "roundTripMs"),
    bulkBytesOut: number(link, "bulkBytesOut"),
    bulkBytesIn: number(link, "bulkBytesIn"),
    messagesOut: number(link, "messagesOut"),
    messagesIn: number(link, "messagesIn"),
    unsentBytes: number(link, "unsentBytes"),
    skippedBulk: number(link, "skippedBulk"),
  };
}

function parseHandoff(handoff: Members): OpenHandoff {
  const epoch = record(handoff.epoch, "epoch");
  return {
    entityId: number(handoff, "entity"),
    characterName: text(handoff, "characterName"),
    from: number(handoff, "from"),
    to: number(handoff, "to"),
    epoch: `${number(epoch, "term")}.${number(epoch, "count")}`,
    phase: text(handoff, "phase"),
    waitsFor: text(handoff, "waitsFor"),
    ageMs: number(handoff, "ageMs"),
    prepareMs: number(handoff, "prepareMs"),
    warmMs: number(handoff, "warmMs"),
    commitMs: number(handoff, "commitMs"),
  };
}
