import { createI18n } from 'vue-i18n';

import en from './en';

/** Widens the English literals to strings: what every other language must provide. */
export type Strings = Shape<typeof en>;
type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

export interface Language {
  code: string;
  /** In the language itself, so that who needs it can read it. */
  name: string;
  direction: 'ltr' | 'rtl';
  load: () => Promise<{ default: Strings }>;
}

/** A new language is one file of the shape `Strings` and one line here. */
export const languages: readonly Language[] = [
  { code: 'en', name: 'English', direction: 'ltr', load: () => Promise.resolve({ default: en }) },
];

export function makeI18n() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en } as Record<string, Strings>,
    missingWarn: false,
    fallbackWarn: false,
  });
}

export type I18n = ReturnType<typeof makeI18n>;

/** The best language for a list of wishes such as `navigator.languages`; English if none fits. */
export function chooseLanguage(
  wishes: readonly string[],
  offered: readonly Language[] = languages,
): Language {
  for (const wish of wishes) {
    const exact = offered.find(({ code }) => code.toLowerCase() === wish.toLowerCase());
    const base = offered.find(({ code }) => code === wish.toLowerCase().split('-')[0]);
    const found = exact ?? base;
    if (found) return found;
  }
  const first = offered[0];
  if (!first) throw new Error('no language is offered');
  return first;
}

export async function useLanguage(i18n: I18n, language: Language): Promise<void> {
  const strings = await language.load();
  i18n.global.setLocaleMessage(language.code, strings.default);
  i18n.global.locale.value = language.code;
  document.documentElement.lang = language.code;
  document.documentElement.dir = language.direction;
}
