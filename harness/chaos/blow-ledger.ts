import type { CommuterRecord } from "./commuter.ts";

/** Blows of all players, as their clients sent them, as the givers' servers struck them and as the takers' took them. */
export type BlowLedger = {
  readonly sent: number;
  readonly struck: number;
  /** Nobody stood there. */
  readonly missed: number;
  readonly taken: number;
  /** Answered: it has landed. */
  readonly given: number;
  /** Answered otherwise, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Struck, and its player never heard what became of it. */
  readonly unanswered: number;
};

/** The reason that leaves open whether a blow has landed. */
const OPEN = "unknown";

export function blowLedger(walkers: readonly CommuterRecord[]): BlowLedger {
  const accounts = walkers.flatMap(({ noted }) => noted?.account ?? []);
  const sum = (value: (account: (typeof accounts)[number]) => number) =>
    accounts.reduce((total, account) => total + value(account), 0);
  const failed: Record<string, number> = {};
  for (const reason of accounts.flatMap(({ failures }) => failures)) failed[reason] = (failed[reason] ?? 0) + 1;
  return {
    sent: walkers.reduce((total, { blows }) => total + blows, 0),
    struck: sum(({ struck }) => struck),
    missed: sum(({ missed }) => missed),
    taken: sum(({ taken }) => taken),
    given: sum(({ given }) => given),
    failed,
    unanswered: sum(({ struck, missed, given, failures }) => struck - missed - given - failures.length),
  };
}

/** Where the two sides' books differ; empty when every blow is accounted for. */
export function ledgerMistakes({ sent, struck, taken, given, failed, unanswered }: BlowLedger): string[] {
  const wrong: string[] = [];
  if (struck !== sent) wrong.push(`${struck} blows were struck, ${sent} were sent`);
  if (unanswered < 0) wrong.push(`${-unanswered} blows were answered more than once`);
  const open = failed[OPEN] ?? 0;
  // What was answered by name is settled; only what was not may or may not have landed.
  if (taken < given) wrong.push(`${given} blows were given, only ${taken} were taken`);
  const most = given + open + unanswered;
  if (taken > most) wrong.push(`${taken} blows were taken, at most ${most} were given`);
  return wrong;
}
