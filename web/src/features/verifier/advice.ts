import type { Check, VerdictReport } from '@/api/salus';

/** Names of the pieces of advice in the strings file, under `verifier.advice`. */
export type Advice =
  | 'signature'
  | 'issuerUnknown'
  | 'issuerSuspended'
  | 'expired'
  | 'notYetValid'
  | 'revoked'
  | 'notFound'
  | 'otherChain'
  | 'chain'
  | 'unreadable'
  | 'unproven'
  | 'general';

const byCode: Record<string, Advice> = {
  'signature.wrong': 'signature',
  'issuer.unknown': 'issuerUnknown',
  'issuer.suspended': 'issuerSuspended',
  'validity.expired': 'expired',
  'validity.not_yet_valid': 'notYetValid',
  'chain.revoked': 'revoked',
  'chain.not_found': 'notFound',
  'chain.other_chain': 'otherChain',
};

const gravity = { failed: 0, unproven: 1, not_checked: 2, passed: 3 };

/** The check that decides the verdict: the gravest, and of equals the first. */
export function decisiveCheck(report: VerdictReport): Check | undefined {
  if (report.verdict === 'valid') return undefined;
  const grave = report.checks.filter((check) => check.result !== 'passed');
  return grave.sort((a, b) => gravity[a.result] - gravity[b.result])[0];
}

export function adviceFor(report: VerdictReport): Advice | undefined {
  if (report.verdict === 'valid') return undefined;
  const check = decisiveCheck(report);
  const known = check && byCode[check.code];
  if (known) return known;
  if (report.verdict === 'unreadable' || check?.name === 'structure') return 'unreadable';
  if (check?.name === 'signature') return 'signature';
  if (check?.name === 'chain') return 'chain';
  return report.verdict === 'unproven' ? 'unproven' : 'general';
}
