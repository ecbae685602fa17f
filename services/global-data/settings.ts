import { httpSettings, type SettingsOf } from "@ows/service-kit";

export const globalDataSettings = httpSettings("GLOBAL_DATA", 44_325);

export type GlobalDataSettings = SettingsOf<typeof globalDataSettings>;
