export {
  CREDENTIAL_HEADER,
  serviceCredential,
  verifyServiceCredential,
  verifyZoneCredential,
  zoneCredential,
} from "./credential.ts";
export {
  type PlayerTicket,
  signTicket,
  TICKET_LIFETIME_MS,
  type TicketVerdict,
  ticketKeys,
  verifyTicket,
} from "./player-ticket.ts";
export { decryptTravelId, encryptTravelId, type TravelId, type TravelIdVerdict } from "./travel-id.ts";
