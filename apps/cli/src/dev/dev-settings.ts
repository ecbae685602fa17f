import { logLevel, parse } from "@ows/service-kit";
import { DEVELOPMENT_CUSTOMER } from "./dev-options.ts";

/** What `ows dev` itself reads; everything else of the services' tables can be given too. */
export const devSettings = {
  customerGuid: {
    env: "OWS_CUSTOMER_GUID",
    help: "The customer that games name in X-CustomerGUID; made when it is not in the database",
    fallback: DEVELOPMENT_CUSTOMER,
    parse: parse.guid,
  },
  dataDir: {
    env: "OWS_DATA_DIR",
    help: "Folder of database, logs and secrets",
    fallback: "./.ows",
    parse: parse.text,
  },
  serviceSecret: {
    env: "OWS_SERVICE_SECRET",
    help: "What services and launchers share; made once in the data folder when not given",
    fallback: "",
    isSecret: true,
    parse: parse.secret,
  },
  encryptionKey: {
    env: "OWS_ENCRYPTION_KEY",
    help: "The Unreal plugin's OWSEncryptionKey, for clients that come with an encrypted travel ID",
    fallback: "",
    isSecret: true,
    parse: parse.text,
  },
  logLevel,
} as const;
