import { QueryClient } from '@tanstack/vue-query';

import { Problem } from '@/api/problem';

const worthRetrying = new Set(['offline', 'timeout', 'busy', 'server']);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) =>
          failures < 2 && error instanceof Problem && worthRetrying.has(error.kind),
      },
      // A verification carries a person's data: nothing of it outlives the screen.
      mutations: { gcTime: 0, retry: false },
    },
  });
}
