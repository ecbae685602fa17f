import { encodeDotnetJson } from "./dotnet-json.ts";
import { type MemberReader, readBody } from "./read-members.ts";
import type { Topic } from "./topic.ts";

/** What the database has of a character, under its columns' names in lower camel case. Places are in Unreal units. */
export interface InitialCharacterData {
  readonly characterName: string | null;
  readonly className: string | null;
  readonly characterLevel: number;
  readonly mapName: string | null;
  readonly place: Readonly<Record<(typeof PLACE)[number], number>>;
  readonly stats: Readonly<Record<(typeof STATS)[number], number>>;
}

const PLACE = ["x", "y", "z", "rx", "ry", "rz"] as const;
const STATS = ["maxHealth", "maxMana", "maxEnergy", "maxStamina", "gold", "silver", "copper", "score"] as const;

/** "A player will be handed to this zone instance": its launcher passes it on. */
export interface PrepareToReceiveMessage {
  readonly customerGuid: string;
  /** The all-zero GUID where the asking server has proved itself otherwise. */
  readonly userSessionGuid: string;
  readonly characterName: string | null;
  readonly sourceWorldServerId: number;
  readonly sourceZoneInstanceId: number;
  /** `host:port`, and a Unix socket beside it where there is one. */
  readonly sourceS2sEndpoint: string | null;
  readonly sourceS2sSocket: string | null;
  readonly targetCellId: string | null;
  readonly zoneInstanceId: number;
  /** Null for what is no character. */
  readonly initialCharacterData: InitialCharacterData | null;
}

export const prepareToReceive: Topic<PrepareToReceiveMessage> = {
  exchange: "ows.handoffprepare",
  type: "direct",
  durable: false,
  autoDelete: false,
  routingKey: (worldServerId) => `ows.handoffprepare.${worldServerId}`,
  encode: (message) =>
    encodeDotnetJson({
      CustomerGUID: message.customerGuid.toLowerCase(),
      UserSessionGUID: message.userSessionGuid.toLowerCase(),
      CharacterName: message.characterName,
      SourceWorldServerID: message.sourceWorldServerId,
      SourceZoneInstanceID: message.sourceZoneInstanceId,
      SourceServerS2SEndpoint: message.sourceS2sEndpoint,
      SourceServerS2SSocket: message.sourceS2sSocket,
      TargetCellID: message.targetCellId,
      ZoneInstanceID: message.zoneInstanceId,
      InitialCharacterData: message.initialCharacterData && characterMembers(message.initialCharacterData),
    }),
  decode: (body) =>
    readBody(body, (members) => {
      const character = members.object("InitialCharacterData");
      return {
        customerGuid: members.guid("CustomerGUID"),
        userSessionGuid: members.guid("UserSessionGUID"),
        characterName: members.text("CharacterName"),
        sourceWorldServerId: members.int32("SourceWorldServerID"),
        sourceZoneInstanceId: members.int32("SourceZoneInstanceID"),
        sourceS2sEndpoint: members.text("SourceServerS2SEndpoint"),
        sourceS2sSocket: members.text("SourceServerS2SSocket"),
        targetCellId: members.text("TargetCellID"),
        zoneInstanceId: members.int32("ZoneInstanceID"),
        initialCharacterData: character && readCharacter(character),
      };
    }),
};

function characterMembers({ characterName, className, characterLevel, mapName, place, stats }: InitialCharacterData) {
  return {
    ...{ CharacterName: characterName, ClassName: className, CharacterLevel: characterLevel, MapName: mapName },
    ...Object.fromEntries(PLACE.map((name) => [name.toUpperCase(), place[name]])),
    ...Object.fromEntries(STATS.map((name) => [pascal(name), stats[name]])),
  };
}

function readCharacter(members: MemberReader): InitialCharacterData {
  return {
    characterName: members.text("CharacterName"),
    className: members.text("ClassName"),
    characterLevel: members.int32("CharacterLevel"),
    mapName: members.text("MapName"),
    place: numbersOf(PLACE, (name) => members.float(name.toUpperCase())),
    stats: numbersOf(STATS, (name) => members.float(pascal(name))),
  };
}

function numbersOf<Name extends string>(names: readonly Name[], read: (name: Name) => number): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
}

function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
