import { useMutation } from '@tanstack/vue-query';

import { verify } from '@/api/salus';

export const useVerify = () =>
  useMutation({
    mutationFn: ({ code, signal }: { code: string; signal: AbortSignal }) => verify(code, signal),
    gcTime: 0,
  });
