import { bool, component, text, u8, u16, u32 } from "@ows/game";

/** What is written over its head. */
export const Name = component({ text: text(24) });
/** `hue` in 1/256 of the colour circle; `shape` picks a hat, or the kind of creature. */
export const Look = component({ hue: u8, shape: u8 });
export const Health = component({ now: u16, max: u16 });
/** Whether the next hit can be struck. Only its own player needs to know. */
export const Swing = component({ ready: bool }, { seenBy: "owner" });
/** What a wanderer has earned. It stays with the character. */
export const Bag = component({ gold: u32, beaten: u32 }, { seenBy: "owner", saved: true });
/** Which scenery stands in the way: prediction has no zone to ask. */
export const Realm = component({ scenery: u8 }, { seenBy: "owner" });
/** When the next chat line may be said, as a tick. */
export const Voice = component({ freeAtTick: u32 }, { seenBy: "server" });
