import { describe, expect, it } from 'vitest';

import { makeI18n } from '@/strings';
import { report } from '@/testing/reports';

import { sentenceOf } from './sentences';

const { t, te } = makeI18n().global;
const check = (code: string, message = 'something the node says') =>
  sentenceOf({ name: 'chain', outcome: 'failed', code, message }, report(), { t, te });

describe('sentenceOf', () => {
  it('puts a known code into the words of the strings file', () => {
    expect(check('chain.not_found')).toBe('It does not stand on the chain.');
  });

  it('fills in the hospital and the reason', () => {
    const revoked = report({ revocationReason: 'an error in the record' });
    const chain = { name: 'chain', outcome: 'failed', code: 'chain.revoked', message: '' } as const;
    expect(sentenceOf(chain, revoked, { t, te })).toBe('It was revoked: an error in the record.');
    expect(check('issuer.ok')).toContain('Hôpital Sainte-Claire');
  });

  it('falls back to the words of the node for a code that it does not know', () => {
    expect(check('chain.of_a_later_version')).toBe('Something the node says.');
    expect(check('chain')).toBe('Something the node says.');
    expect(check('')).toBe('Something the node says.');
    expect(check('no.code', '')).toBe('');
  });
});
