import { type Endpoint, endpointsOf, type ServiceName } from "../endpoint.ts";
import { noRequest } from "../models/common.ts";
import { flag } from "../schema.ts";

/** `GET /api/System/Status`, which every service has. */
export function statusOf(service: ServiceName): Endpoint<typeof noRequest, typeof flag> {
  return endpointsOf(service).get("/api/System/Status", {
    customer: "ignored",
    request: noRequest,
    response: flag,
    summary: "Answers true while the service runs",
  });
}
