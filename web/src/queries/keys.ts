/** Every key of the query cache, made here and nowhere else. */
export const keys = {
  status: () => ['status'] as const,
  trustList: () => ['trust-list'] as const,
  chain: {
    blocks: (newest: bigint, count: number) => ['chain', 'blocks', String(newest), count] as const,
    header: (number: bigint) => ['chain', 'header', String(number)] as const,
    block: (id: string) => ['chain', 'block', id] as const,
    blockEvents: (hash: string) => ['chain', 'block-events', hash] as const,
    transaction: (hash: string) => ['chain', 'transaction', hash] as const,
    events: (from: bigint, to: bigint) => ['chain', 'events', String(from), String(to)] as const,
    hospital: (account: string) => ['chain', 'hospital', account] as const,
  },
};
