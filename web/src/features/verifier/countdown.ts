import { computed, onScopeDispose, readonly, ref } from 'vue';

/**
 * Seconds until something ends. Counts against the clock, so a sleeping tab ends on time when it
 * wakes, and a verdict is not left on a screen that was put away.
 */
export function useCountdown(seconds: number, onEnd: () => void) {
  const remaining = ref(0);
  const running = ref(false);
  let deadline = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop() {
    clearInterval(timer);
    timer = undefined;
    running.value = false;
  }

  function tick() {
    remaining.value = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
    if (remaining.value > 0) return;
    stop();
    onEnd();
  }

  function start() {
    stop();
    deadline = Date.now() + seconds * 1000;
    remaining.value = seconds;
    running.value = true;
    timer = setInterval(tick, 250);
  }

  onScopeDispose(stop);
  return {
    remaining: readonly(remaining),
    running: readonly(running),
    fraction: computed(() => remaining.value / seconds),
    start,
    stop,
  };
}
