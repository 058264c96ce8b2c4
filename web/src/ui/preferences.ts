import { ref, watch, watchEffect } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

const themeKey = 'salus.theme';
const languageKey = 'salus.language';

/** Storage can be switched off in the browser; preferences then last as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

function asTheme(value: string | null): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = ref<Theme>(asTheme(read(themeKey)));

export function applyTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paint = () => {
    const isDark = theme.value === 'dark' || (theme.value === 'system' && dark.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  };
  dark.addEventListener('change', paint);
  watch(theme, (chosen) => write(themeKey, chosen));
  watchEffect(paint);
}

export const savedLanguage = (): string | null => read(languageKey);
export const saveLanguage = (code: string): void => write(languageKey, code);
