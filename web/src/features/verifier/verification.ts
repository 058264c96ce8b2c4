import { computed, onScopeDispose, shallowReadonly, shallowRef } from 'vue';

import { Problem, type ProblemKind } from '@/api/problem';
import type { VerdictReport } from '@/api/salus';
import { useVerify } from '@/queries/verify';

import type { Reading } from './code';
import { readFile, type FileReading } from './intake';

/** Why there is no verdict although something was given: each has its own words. */
export type Unusable = Exclude<FileReading['kind'], 'ours'>;

export type Stage =
  | { at: 'waiting' }
  | { at: 'reading' }
  | { at: 'checking' }
  | { at: 'verdict'; report: VerdictReport }
  | { at: 'unusable'; why: Unusable }
  | { at: 'problem'; kind: ProblemKind; detail: string | undefined };

/** The verifier's one state, from what was given to what is shown. Keeps nothing after `clear`. */
export function useVerification() {
  const stage = shallowRef<Stage>({ at: 'waiting' });
  const mutation = useVerify();
  let code: string | undefined;
  let abort = new AbortController();

  function restart(next: Stage): AbortSignal {
    abort.abort();
    abort = new AbortController();
    stage.value = next;
    return abort.signal;
  }

  async function check(): Promise<void> {
    if (code === undefined) return;
    const signal = restart({ at: 'checking' });
    try {
      const report = await mutation.mutateAsync({ code, signal });
      if (!signal.aborted) stage.value = { at: 'verdict', report };
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      stage.value = { at: 'problem', kind: error.kind, detail: error.detail };
    } finally {
      mutation.reset();
    }
  }

  async function take(reading: FileReading | Reading): Promise<void> {
    if (reading.kind === 'ours') {
      code = reading.code;
      return check();
    }
    code = undefined;
    restart({ at: 'unusable', why: reading.kind });
  }

  async function takeFile(file: File): Promise<void> {
    const signal = restart({ at: 'reading' });
    let reading: FileReading;
    try {
      reading = await readFile(file);
    } catch {
      reading = { kind: 'readerFailed' };
    }
    if (!signal.aborted) await take(reading);
  }

  function clear(): void {
    code = undefined;
    mutation.reset();
    restart({ at: 'waiting' });
  }

  onScopeDispose(clear);
  return {
    stage: shallowReadonly(stage),
    busy: computed(() => stage.value.at === 'reading' || stage.value.at === 'checking'),
    take,
    takeFile,
    retry: check,
    clear,
  };
}
