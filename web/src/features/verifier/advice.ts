import type { Check, VerdictReport } from '@/api/salus';

/** Names of the pieces of advice in the strings file, in its section `advice`. */
export type Advice =
  | 'signature'
  | 'issuerUnknown'
  | 'issuerSuspended'
  | 'keyEnded'
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
  'issuer.not_yet_accredited': 'issuerSuspended',
  'issuer.suspended_since': 'issuerSuspended',
  'issuer.key_revoked': 'keyEnded',
  'issuer.key_not_valid': 'keyEnded',
  'issuer.mismatch': 'signature',
  'validity.expired': 'expired',
  'validity.not_yet_valid': 'notYetValid',
  'validity.beyond_key': 'keyEnded',
  'chain.revoked': 'revoked',
  'chain.not_found': 'notFound',
  'chain.no_commitment': 'otherChain',
  'chain.other_chain': 'otherChain',
  'chain.unreachable': 'chain',
};

const gravity = { failed: 0, unproven: 1, not_checked: 2, passed: 3 };

/** The check that decides the verdict: the gravest, and of equals the first. */
export function decisiveCheck(report: VerdictReport): Check | undefined {
  if (report.overall === 'valid') return undefined;
  const grave = report.checks.filter((check) => check.outcome !== 'passed');
  return grave.sort((a, b) => gravity[a.outcome] - gravity[b.outcome])[0];
}

export function adviceFor(report: VerdictReport): Advice | undefined {
  if (report.overall === 'valid') return undefined;
  const check = decisiveCheck(report);
  const known = check && byCode[check.code];
  if (known) return known;
  if (report.overall === 'unreadable' || check?.name === 'structure') return 'unreadable';
  if (check?.name === 'signature') return 'signature';
  if (check?.name === 'chain') return 'chain';
  return report.overall === 'unproven' ? 'unproven' : 'general';
}
