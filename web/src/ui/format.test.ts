import { describe, expect, it } from 'vitest';

import { ago, dateInWords, dayOf, integer, shorten } from './format';

describe('ago', () => {
  it.each([
    [0, 'now'],
    [-5, 'now'],
    [59, '59 seconds ago'],
    [60, '1 minute ago'],
    [3_599, '59 minutes ago'],
    [86_400, 'yesterday'],
    [40 * 86_400, 'last month'],
    [800 * 86_400, '2 years ago'],
  ])('%i seconds', (past, words) => {
    expect(ago(1_000_000_000 - past, 1_000_000_000, 'en')).toBe(words);
  });
});

describe('dateInWords', () => {
  it.each([
    ['1987-04-19', 'April 19, 1987'],
    ['1987-04', 'April 1987'],
    ['1987', '1987'],
    ['unknown', 'unknown'],
    ['1987-13-45T', '1987-13-45T'],
  ])('%s', (text, words) => {
    expect(dateInWords(text, 'en')).toBe(words);
  });

  it('speaks the language that is asked for', () => {
    expect(dateInWords('1987-04-19', 'de')).toBe('19. April 1987');
  });
});

describe('dayOf', () => {
  it('is the day at the place of the vaccination', () => {
    expect(dayOf('2021-03-04T23:30:00-05:00')).toBe('2021-03-04');
    expect(dayOf('2021-03')).toBe('2021-03');
  });
});

it('groups digits', () => expect(integer(1234567n, 'en')).toBe('1,234,567'));

it('shortens long hashes and leaves short ones', () => {
  expect(shorten(`0x${'12'.repeat(16)}34`)).toBe('0x121212…121234');
  expect(shorten('0x1234')).toBe('0x1234');
});
