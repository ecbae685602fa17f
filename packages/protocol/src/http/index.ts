export { type BindingErrors, type Bound, bindRequest } from "./bind-request.ts";
export { CallError, type CallFailure, type CallOptions, callEndpoint } from "./call-endpoint.ts";
export { CREDENTIAL_HEADER } from "./credential-header.ts";
export { DEFAULT_DATE, dotnetDate } from "./dotnet-date.ts";
export {
  type CredentialKind,
  type CustomerRule,
  type Endpoint,
  endpointsOf,
  pathParameters,
  type RequestOf,
  type ResponseOf,
  type ServiceName,
} from "./endpoint.ts";
export { allEndpoints, endpointsOfService } from "./endpoint-table.ts";
export { characterPersistence } from "./endpoints/character-persistence.ts";
export { globalData } from "./endpoints/global-data.ts";
export { instanceManagement, LAUNCHER_HEADER } from "./endpoints/instance-management.ts";
export { management } from "./endpoints/management.ts";
export { mesh } from "./endpoints/mesh.ts";
export { publicApi } from "./endpoints/public-api.ts";
export { statusOf } from "./endpoints/status.ts";
export { failedJoin } from "./failed-join.ts";
export { EMPTY_GUID, isDashedGuid, parseGuidHeader } from "./guid.ts";
export { type ProblemDetails, problemDetails } from "./problem-details.ts";
export { projectResponse } from "./project-response.ts";
export type { SchemaNode } from "./schema.ts";
