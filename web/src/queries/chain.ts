import { keepPreviousData, queryOptions, useQuery, type QueryClient } from '@tanstack/vue-query';
import { computed, onScopeDispose, ref, shallowRef, toValue, type MaybeRefOrGetter } from 'vue';

import { addressesOf, decodeLog, type ChainEvent, type Contracts } from '@/api/decode';
import { Problem } from '@/api/problem';
import {
  fetchBlock,
  fetchBlockLogs,
  fetchHeader,
  fetchHospitalName,
  fetchLogs,
  fetchTransaction,
  watchHead,
  type BlockHeader,
  type Liveness,
} from '@/api/rpc';

import { keys } from './keys';

type Hex = `0x${string}`;
const minute = 60_000;

/** The head as it moves, for as long as the calling component lives. */
export function useHead() {
  const head = shallowRef<bigint>();
  const liveness = ref<Liveness>();
  const stop = watchHead({
    onHead: (number) => (head.value = number),
    onLiveness: (state) => (liveness.value = state),
  });
  onScopeDispose(stop);
  return { head, liveness };
}

const headerQuery = (number: bigint) =>
  queryOptions({
    queryKey: keys.chain.header(number),
    queryFn: () => fetchHeader(number),
    staleTime: minute,
    gcTime: minute,
  });

const isLinked = (blocks: readonly BlockHeader[]) =>
  blocks.every((block, index) => {
    const below = blocks[index + 1];
    return below === undefined || block.parentHash === below.hash;
  });

/** `count` blocks from `newest` downwards; headers already known are not asked for again. */
async function headersFrom(client: QueryClient, newest: bigint, count: number) {
  const length = Math.min(count, Number(newest) + 1);
  const numbers = Array.from({ length }, (_, index) => newest - BigInt(index));
  const get = (staleTime: number) =>
    Promise.all(numbers.map((number) => client.fetchQuery({ ...headerQuery(number), staleTime })));
  const blocks = await get(minute);
  // A chain that was reorganised shows by a broken link: then all are fetched anew.
  return isLinked(blocks) ? blocks : get(0);
}

export function useBlocks(newest: MaybeRefOrGetter<bigint | undefined>, count: number) {
  return useQuery({
    queryKey: computed(() => keys.chain.blocks(toValue(newest) ?? 0n, count)),
    queryFn: ({ client }) => headersFrom(client, toValue(newest) ?? 0n, count),
    enabled: computed(() => toValue(newest) !== undefined),
    placeholderData: keepPreviousData,
  });
}

export type EventsWithNames = { events: ChainEvent[]; names: Map<string, string> };

/** Names never change once accredited; an account without one is shown by its address. */
async function namesOf(client: QueryClient, contracts: Contracts, accounts: readonly string[]) {
  const registry = contracts.accreditation as Hex | null | undefined;
  if (!registry) return new Map<string, string>();
  const found = await Promise.all(
    accounts.map(async (account) => {
      const name = await client.fetchQuery({
        queryKey: keys.chain.hospital(account),
        queryFn: () => fetchHospitalName(registry, account as Hex).catch(() => ''),
        staleTime: 10 * minute,
      });
      return [account, name] as const;
    }),
  );
  return new Map(found);
}

/** What the words of events need to know beyond the events: asked of the caller, not known here. */
export type AccountsIn = (events: readonly ChainEvent[]) => string[];

export function useEvents(
  range: MaybeRefOrGetter<{ from: bigint; to: bigint } | undefined>,
  contracts: MaybeRefOrGetter<Contracts | undefined>,
  accountsIn: AccountsIn,
) {
  return useQuery({
    queryKey: computed(() => {
      const { from, to } = toValue(range) ?? { from: 0n, to: 0n };
      return keys.chain.events(from, to);
    }),
    queryFn: async ({ client }): Promise<EventsWithNames> => {
      const [wanted, known] = [toValue(range), toValue(contracts)];
      if (!wanted || !known) throw new Problem('missing');
      const addresses = addressesOf(known);
      const logs = addresses.length ? await fetchLogs(addresses, wanted.from, wanted.to) : [];
      const events = logs.map((log) => decodeLog(log, known));
      return { events, names: await namesOf(client, known, accountsIn(events)) };
    },
    enabled: computed(() => toValue(range) !== undefined && toValue(contracts) !== undefined),
    placeholderData: keepPreviousData,
  });
}

/** What people type or a link holds: a block number or a hash. */
export function blockId(text: string): bigint | Hex | undefined {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  return isHash(text) ? text : undefined;
}

export const isHash = (text: string): text is Hex => /^0x[0-9a-fA-F]{64}$/.test(text);

export function useBlock(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.chain.block(toValue(id))),
    queryFn: () => {
      const wanted = blockId(toValue(id));
      if (wanted === undefined) throw new Problem('missing');
      return fetchBlock(wanted);
    },
    staleTime: minute,
  });
}

export function useBlockEvents(
  hash: MaybeRefOrGetter<Hex | undefined>,
  contracts: MaybeRefOrGetter<Contracts | undefined>,
  accountsIn: AccountsIn,
) {
  return useQuery({
    queryKey: computed(() => keys.chain.blockEvents(toValue(hash) ?? '')),
    queryFn: async ({ client }): Promise<EventsWithNames> => {
      const [wanted, known] = [toValue(hash), toValue(contracts)];
      if (!wanted || !known) throw new Problem('missing');
      const addresses = addressesOf(known);
      const logs = addresses.length ? await fetchBlockLogs(addresses, wanted) : [];
      const events = logs.map((log) => decodeLog(log, known));
      return { events, names: await namesOf(client, known, accountsIn(events)) };
    },
    enabled: computed(() => Boolean(toValue(hash)) && toValue(contracts) !== undefined),
  });
}

/** A pending transaction is looked at again until a block holds it. */
export function useTransaction(
  hash: MaybeRefOrGetter<string>,
  contracts: MaybeRefOrGetter<Contracts | undefined>,
  accountsIn: AccountsIn,
) {
  return useQuery({
    queryKey: computed(() => keys.chain.transaction(toValue(hash))),
    queryFn: async ({ client }) => {
      const [wanted, known] = [toValue(hash), toValue(contracts)];
      if (!isHash(wanted) || !known) throw new Problem('missing');
      const transaction = await fetchTransaction(wanted);
      const events = (transaction.outcome?.logs ?? []).map((log) => decodeLog(log, known));
      return { transaction, events, names: await namesOf(client, known, accountsIn(events)) };
    },
    enabled: computed(() => toValue(contracts) !== undefined),
    refetchInterval: ({ state }) =>
      state.data && state.data.transaction.outcome === undefined ? 2_000 : false,
  });
}
