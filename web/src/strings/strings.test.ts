import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import en from './en';
import { chooseLanguage, makeI18n, useLanguage, type Language, type Strings } from '.';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value, `${path}${key}.`),
  );
}

const sourceDir = join(import.meta.dirname, '..');
const sources = readdirSync(sourceDir, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(sourceDir, file), 'utf8'));
const keys = new Set(leaves(en).map(([key]) => key));

/** Keys that the sources ask for: whole ones, and the fixed beginnings of those put together. */
const sections = Object.keys(en).join('|');
const literal = new RegExp(`(['\`])((?:${sections})\\.[\\w.]*)(\\$\\{|\\1)`, 'g');
const asked = sources.flatMap((text) =>
  [...text.matchAll(literal)].map((match) => ({
    key: match[2] ?? '',
    isWhole: match[3] !== '${',
  })),
);

describe('the strings file', () => {
  it('has every key that the sources ask for', () => {
    expect(asked.length).toBeGreaterThan(80);
    const missing = asked.filter(({ key, isWhole }) =>
      isWhole ? !keys.has(key) : ![...keys].some((known) => known.startsWith(key)),
    );
    expect(missing).toEqual([]);
  });

  it('has no key that nobody asks for', () => {
    const whole = new Set(asked.map(({ key }) => key));
    const beginnings = asked.filter(({ isWhole }) => !isWhole).map(({ key }) => key);
    const unused = [...keys].filter(
      (key) => !whole.has(key) && !beginnings.some((begin) => key.startsWith(begin)),
    );
    expect(unused).toEqual([]);
  });

  it('compiles every message', () => {
    const { t } = makeI18n().global;
    for (const [key, message] of leaves(en)) expect(t(key, 2), message).not.toBe(key);
  });
});

describe('languages', () => {
  const offer = (code: string, direction: Language['direction'] = 'ltr'): Language => ({
    code,
    name: code,
    direction,
    load: () => Promise.resolve({ default: en as Strings }),
  });
  const offered = [offer('en'), offer('fr'), offer('ar', 'rtl')];

  it('takes the first wish that is offered, by region or by language', () => {
    expect(chooseLanguage(['de-DE', 'fr-CH', 'en'], offered).code).toBe('fr');
  });

  it('is English where no wish is offered', () => {
    expect(chooseLanguage(['xx', ''], offered).code).toBe('en');
  });

  it('turns the page around for a language written from right to left', async () => {
    const i18n = makeI18n();
    await useLanguage(i18n, offer('ar', 'rtl'));
    expect(document.documentElement.dir).toBe('rtl');
    expect(document.documentElement.lang).toBe('ar');
    await useLanguage(i18n, offer('en'));
    expect(document.documentElement.dir).toBe('ltr');
  });
});
