import { PeerLinks } from "@ows/zone-server";

/**
 * The game of the crossings, in zone servers that are deaf to who their neighbours are: the coordinator's word on peers
 * is lost in each of them. Links come to be only by what is asked for.
 */
PeerLinks.prototype.setPeers = () => {};

export { default } from "./crossing-game.ts";
