import { statusOf } from "./status.ts";

export const management = {
  status: statusOf("management"),
} as const;
