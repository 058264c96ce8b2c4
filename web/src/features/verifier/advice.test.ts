import { describe, expect, it } from 'vitest';

import en from '@/strings/en';
import { failing, report } from '@/testing/reports';

import { adviceFor, decisiveCheck } from './advice';

describe('adviceFor', () => {
  it('has none for a valid certificate, even one that was checked offline', () => {
    const offline = failing('valid', {
      name: 'chain',
      outcome: 'not_checked',
      code: 'chain.offline',
    });
    expect(adviceFor(report())).toBeUndefined();
    expect(adviceFor(offline)).toBeUndefined();
    expect(decisiveCheck(offline)).toBeUndefined();
  });

  it.each([
    ['invalid', 'signature', 'failed', 'signature.wrong', 'signature'],
    ['invalid', 'issuer', 'failed', 'issuer.unknown', 'issuerUnknown'],
    ['invalid', 'issuer', 'failed', 'issuer.suspended', 'issuerSuspended'],
    ['unproven', 'issuer', 'unproven', 'issuer.suspended_since', 'issuerSuspended'],
    ['invalid', 'issuer', 'failed', 'issuer.key_revoked', 'keyEnded'],
    ['invalid', 'validity', 'failed', 'validity.expired', 'expired'],
    ['invalid', 'validity', 'failed', 'validity.not_yet_valid', 'notYetValid'],
    ['invalid', 'chain', 'failed', 'chain.revoked', 'revoked'],
    ['invalid', 'chain', 'failed', 'chain.not_found', 'notFound'],
    ['invalid', 'chain', 'failed', 'chain.other_chain', 'otherChain'],
    ['unproven', 'chain', 'unproven', 'chain.unreachable', 'chain'],
    ['unreadable', 'structure', 'failed', 'structure.base45', 'unreadable'],
    ['invalid', 'issuer', 'failed', 'issuer.of_a_later_version', 'general'],
    ['unproven', 'issuer', 'unproven', 'issuer.of_a_later_version', 'unproven'],
  ] as const)('%s, %s %s (%s) → %s', (overall, name, outcome, code, advice) => {
    expect(adviceFor(failing(overall, { name, outcome, code }))).toBe(advice);
    expect(en.verifier.advice[advice]).toBeTruthy();
  });
});

describe('decisiveCheck', () => {
  it('is the failed check, not the earlier one that could not be made', () => {
    const verdict = failing('invalid', {
      name: 'issuer',
      outcome: 'failed',
      code: 'issuer.unknown',
    });
    const signature = verdict.checks[1];
    if (signature) signature.outcome = 'not_checked';
    expect(decisiveCheck(verdict)?.code).toBe('issuer.unknown');
  });

  it('leaves the order of the checks as it was', () => {
    const verdict = failing('invalid', { name: 'chain', outcome: 'failed', code: 'chain.revoked' });
    const before = verdict.checks.map(({ name }) => name);
    decisiveCheck(verdict);
    expect(verdict.checks.map(({ name }) => name)).toEqual(before);
  });
});
