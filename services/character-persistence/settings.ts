import { httpSettings, type SettingsOf } from "@ows/service-kit";

export const characterPersistenceSettings = httpSettings("CHARACTER_PERSISTENCE", 44_323);

export type CharacterPersistenceSettings = SettingsOf<typeof characterPersistenceSettings>;
