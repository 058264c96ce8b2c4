import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';

import { useCountdown } from './countdown';

describe('useCountdown', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function start(seconds = 60) {
    const ended = vi.fn();
    const scope = effectScope();
    const countdown = scope.run(() => useCountdown(seconds, ended));
    if (!countdown) throw new Error('no scope');
    countdown.start();
    return { ended, scope, countdown };
  }

  it('counts down and ends once', () => {
    const { ended, countdown } = start();
    vi.advanceTimersByTime(30_000);
    expect(countdown.remaining.value).toBe(30);
    expect(ended).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(countdown.running.value).toBe(false);
  });

  it('ends at the first tick after a sleep longer than the rest', () => {
    const { ended } = start();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(250);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('does not end once stopped, nor when its owner is gone', () => {
    const kept = start();
    kept.countdown.stop();
    const left = start();
    left.scope.stop();
    vi.advanceTimersByTime(120_000);
    expect(kept.ended).not.toHaveBeenCalled();
    expect(left.ended).not.toHaveBeenCalled();
  });
});
