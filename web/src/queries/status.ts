import { queryOptions, useQuery } from '@tanstack/vue-query';

import { fetchStatus, fetchTrustList } from '@/api/salus';

import { keys } from './keys';

export const statusQuery = () =>
  queryOptions({
    queryKey: keys.status(),
    queryFn: ({ signal }) => fetchStatus(signal),
    staleTime: 30_000,
  });

export const trustListQuery = () =>
  queryOptions({
    queryKey: keys.trustList(),
    queryFn: ({ signal }) => fetchTrustList(signal),
    staleTime: 60_000,
  });

export const useStatus = () => useQuery(statusQuery());
export const useTrustList = () => useQuery(trustListQuery());
