import { onScopeDispose, readonly, ref } from 'vue';

/** Unix seconds, moving, for "3 seconds ago". One timer serves all who look. */
const now = ref(Date.now() / 1000);
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export function useNow() {
  if (watchers++ === 0) {
    now.value = Date.now() / 1000;
    timer = setInterval(() => (now.value = Date.now() / 1000), 1000);
  }
  onScopeDispose(() => {
    if (--watchers === 0) clearInterval(timer);
  });
  return readonly(now);
}
