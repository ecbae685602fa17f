import { httpSettings, parse, type SettingsOf } from "@ows/service-kit";

export const publicApiSettings = {
  ...httpSettings("PUBLIC_API", 44_302),
  instanceManagementUrl: {
    env: "OWS_INSTANCE_MANAGEMENT_URL",
    help: "Where instance-management is reached",
    fallback: "http://127.0.0.1:44328",
    parse: parse.httpUrl,
  },
  allowedOrigins: {
    env: "OWS_PUBLIC_API_ORIGINS",
    help: "Origins whose web pages may call, with commas between; * for any",
    fallback: ["*"] as readonly string[],
    parse: parse.list,
  },
  trustedProxies: {
    env: "OWS_TRUSTED_PROXIES",
    help: "Addresses or networks of proxies whose X-Forwarded-For names the player, with commas between",
    fallback: [] as readonly string[],
    parse: parse.networks,
  },
  joinTimeoutMs: {
    env: "OWS_PUBLIC_API_JOIN_TIMEOUT_MS",
    help: "Longest wait for instance-management's join decision; game engines give up after 30 s",
    unit: "ms",
    fallback: 27_000,
    parse: parse.integer(1000, 120_000),
  },
  sessionDays: {
    env: "OWS_SESSION_DAYS",
    help: "Days after which a login ends and the player has to log in again; 0 for never",
    fallback: 30,
    parse: parse.integer(0, 3650),
  },
  passwordChecksAtOnce: {
    env: "OWS_PASSWORD_CHECKS_AT_ONCE",
    help: "Password hashes computed at the same time; each takes a thread for some 30 ms and 19 MiB",
    fallback: 2,
    parse: parse.integer(1, 64),
  },
  passwordChecksWaiting: {
    env: "OWS_PASSWORD_CHECKS_WAITING",
    help: "Logins that may wait for a password hash; further ones are asked to try again",
    fallback: 256,
    parse: parse.integer(0, 100_000),
  },
} as const;

export type PublicApiSettings = SettingsOf<typeof publicApiSettings>;
