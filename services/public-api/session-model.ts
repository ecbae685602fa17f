import { dotnetDate, type publicApi, type ResponseOf } from "@ows/protocol/http";
import type { UserSessionRecord } from "@ows/store";

export type SessionModel = NonNullable<ResponseOf<typeof publicApi.getUserSession>>;

const nowhere = { x: 0, y: 0, z: 0, rx: 0, ry: 0, rz: 0 };

/** A session as the API answers it; without a selected character its part is 0 and null. */
export function sessionModel(session: UserSessionRecord): SessionModel {
  const { character } = session;
  return {
    ...session,
    ...(character ?? nowhere),
    userSessionGUID: session.userSessionGuid,
    loginDate: dotnetDate(session.loginDate),
    createDate: dotnetDate(session.createDate),
    lastAccess: dotnetDate(session.lastAccess),
    characterID: character?.characterId ?? 0,
    charName: character?.charName ?? null,
    zoneName: character?.zoneName ?? null,
  };
}
