/** Answers whether a customer exists, from memory where possible. */
export type KnownCustomers = { readonly isKnown: (customerGuid: string) => Promise<boolean> };

export type KnownCustomersOptions = {
  readonly exists: (customerGuid: string) => Promise<boolean>;
  readonly nowMs: () => number;
  /** How long a "yes" is believed. */
  readonly knownMs?: number;
  /** How long a "no" is believed: short, so that a new customer works at once or nearly. */
  readonly unknownMs?: number;
  /** Most remembered answers; the oldest goes first, so invented GUIDs can't grow the memory. */
  readonly capacity?: number;
};

export function knownCustomers(options: KnownCustomersOptions): KnownCustomers {
  const { exists, nowMs, knownMs = 60_000, unknownMs = 2000, capacity = 1000 } = options;
  const answers = new Map<string, { readonly isKnown: boolean; readonly untilMs: number }>();
  return {
    async isKnown(customerGuid) {
      const remembered = answers.get(customerGuid);
      if (remembered !== undefined && nowMs() < remembered.untilMs) return remembered.isKnown;
      const isKnown = await exists(customerGuid);
      answers.delete(customerGuid);
      answers.set(customerGuid, { isKnown, untilMs: nowMs() + (isKnown ? knownMs : unknownMs) });
      if (answers.size > capacity) answers.delete(answers.keys().next().value ?? customerGuid);
      return isKnown;
    },
  };
}
