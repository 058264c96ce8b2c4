import { describe, expect, it } from 'vitest';

import { maxCodeLength, pickReading, readCode } from './code';

describe('readCode', () => {
  it('takes a certificate as it is', () => {
    expect(readCode('HC1:6BF+70790')).toEqual({ kind: 'ours', code: 'HC1:6BF+70790' });
  });

  it('joins lines of a text that was wrapped, and keeps the spaces that base45 uses', () => {
    expect(readCode('\uFEFF  HC1:6B\r\nF +7\t07\n')).toEqual({
      kind: 'ours',
      code: 'HC1:6BF +707',
    });
  });

  it('takes SMART Health Cards and ICAO seals', () => {
    expect(readCode('SHC:/5676\n')).toEqual({ kind: 'ours', code: 'shc:/5676' });
    expect(readCode('SD1:ABC\n')).toEqual({ kind: 'ours', code: 'SD1:ABC' });
    expect(readCode('{"data":{"hdr":{}}}')).toEqual({ kind: 'ours', code: '{"data":{"hdr":{}}}' });
  });

  it('takes a prefix in small letters', () => {
    expect(readCode('hc1:ABC')).toEqual({ kind: 'ours', code: 'HC1:ABC' });
  });

  it('drops a space at the end only where base45 cannot have one', () => {
    expect(readCode('HC1:ABC ')).toEqual({ kind: 'ours', code: 'HC1:ABC' });
    expect(readCode('HC1:AB ')).toEqual({ kind: 'ours', code: 'HC1:AB ' });
  });

  it.each([
    ['', 'empty'],
    [' \n\t ', 'empty'],
    ['https://example.org/', 'foreign'],
    ['HC2:ABC', 'foreign'],
    ['XHC1:ABC', 'foreign'],
    ['{"other": 1}', 'foreign'],
    [`HC1:${'A'.repeat(maxCodeLength)}`, 'tooLong'],
    [`HC1:${'\n'.repeat(10_000_000)}`, 'tooLong'],
  ])('tells %# apart', (text, kind) => {
    expect(readCode(text).kind).toBe(kind);
  });
});

describe('pickReading', () => {
  it('prefers our code to the others in one picture', () => {
    const texts = ['https://example.org', 'HC1:ABC'];
    expect(pickReading(texts)).toEqual({ kind: 'ours', code: 'HC1:ABC' });
  });

  it('has nothing to say where there is no code', () => {
    expect(pickReading([])).toBeUndefined();
    expect(pickReading([''])).toBeUndefined();
  });
});
